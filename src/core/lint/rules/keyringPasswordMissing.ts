import { interpolate } from '../../compose/interpolate.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { ProjectImage, ProjectModel } from '../../workspace/ProjectModel.ts';
import { baseName, isWithin, parentFolder, resolvePath } from '../../workspace/paths.ts';
import { composeMatches } from '../composeMatches.ts';
import { keyringFixes } from '../fixes/keyringFixes.ts';
import { type Gateway, gatewaysOf, isShortLived, startOf } from '../gateways.ts';
import type { Finding, Rule } from '../Rule.ts';
import { runScriptsOf } from '../runScripts.ts';
import { reachedStages } from '../stageFlow.ts';
import { stateFolders } from '../stateFolders.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** gog keeps its Google sign-in in a keyring: a file that only a password opens, in a folder that nothing keeps by itself. */
export const keyringPasswordMissing: Rule = {
  id: 'keyring-password-missing',
  summary: 'Keep the keyring of gog, and give it its password',
  why:
    'A container has no desktop keyring: gog stores its Google sign-in in an encrypted file below ~/.config/gogcli. Without GOG_KEYRING_PASSWORD it asks for ' +
    'a password that nobody can type, and without a mount the sign-in is lost when the container is recreated.',
  severity: 'warning',
  noFix: 'where the service is written on one line, or takes its environment or volumes from an anchor.',
  check: (project) => uniqueFindings(gatewaysOf(project).flatMap((gateway) => findingsFor(project, gateway))),
  bad: {
    Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nCOPY gog /usr/local/bin/gog\nUSER node\n',
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    build: .\n    environment:\n      OPENCLAW_TZ: UTC\n    volumes:\n      - ./state:/home/node/.openclaw\n',
  },
  good: {
    Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nCOPY gog /usr/local/bin/gog\nUSER node\n',
    'compose.yaml':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: compose replaces it
      'services:\n  openclaw-gateway:\n    build: .\n    environment:\n      GOG_KEYRING_PASSWORD: ${GOG_KEYRING_PASSWORD:?set it in .env}\n    volumes:\n      - ./state:/home/node/.openclaw\n      - ./gogcli:/home/node/.config/gogcli\n',
  },
};

function findingsFor(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  const { main, environment, hasUnknownBase } = gateway;
  if (main === undefined || hasUnknownBase || isShortLived(project, main.path) || !hasGog(gateway)) return [];
  if (!/^(?:|auto|file)$/.test(environment.get('GOG_KEYRING_BACKEND') ?? '')) return [];
  // Signed in some other way.
  if ([...environment.keys()].some((name) => /^GOG_ACCESS_TOKEN$|SERVICE_ACCOUNT|APPLICATION_CREDENTIALS/.test(name)))
    return [];
  const start = startOf(project, gateway).map(
    ({ source, commands }) => source?.text ?? commands.map(lineOf).join('\n'),
  );
  // A secret service in the container stands in for the file.
  const image = gateway.image?.dockerfile.text ?? '';
  if (environment.has('DBUS_SESSION_BUS_ADDRESS') || [image, ...start].some((text) => /gnome-keyring|dbus/.test(text)))
    return [];
  const hasPassword = knowsPassword(project, gateway, start);
  const isKept = keepsKeyring(gateway, start);
  if (hasPassword && isKept) return [];
  const password = 'no GOG_KEYRING_PASSWORD opens its keyring, so it asks for a password that nobody can type';
  const folder = `${stateFolders(gateway).home}/.config/gogcli`;
  const keyring = `nothing is mounted at ${folder}, so the Google sign-in is lost when the container is recreated`;
  const what = [...(hasPassword ? [] : [password]), ...(isKept ? [] : [keyring])].join('; ');
  return [
    {
      path: main.path,
      range: main.service.nameRange,
      message: `"${gateway.name}" has gog, but ${what}.`,
      fixes: () => keyringFixes(main, { password: !hasPassword, folder: isKept ? undefined : folder }),
    },
  ];
}

function hasGog({ image, environment, service }: Gateway): boolean {
  if (image !== undefined && bakesGog(image)) return true;
  return (
    environment.get('GOG_KEYRING_BACKEND') === 'file' ||
    environment.has('GOG_ACCOUNT') ||
    service.mounts.some(({ target }) => /\/bin\/gog$/.test(target))
  );
}

const isGog = (word: string): boolean => /^(?:gog|gogcli)$/.test(baseName(word));

function bakesGog({ dockerfile, stage }: ProjectImage): boolean {
  if (!dockerfile.text.includes('gog')) return false;
  const stages = reachedStages(dockerfile, stage);
  const isCopied = [...stages].some(({ instructions }) =>
    instructions.some(
      ({ keyword, words }) =>
        (keyword === 'COPY' || keyword === 'ADD') && /\/s?bin\/gog$/.test(words.at(-1)?.value ?? ''),
    ),
  );
  return (
    isCopied ||
    runScriptsOf(dockerfile)
      .filter((run) => stages.has(run.stage))
      .some(({ commands }) =>
        commands.some(({ words }) => {
          const { argv, name } = unwrapCommand(words);
          if (!/^(?:tar|bsdtar|chmod|install|mv|cp|ln|brew|go|apt-get|apt|apk|unzip|curl|wget)$/.test(name))
            return false;
          return argv.some(({ value }, index) => index > 0 && isGog(value.replace(/@[^/]*$/, '')));
        }),
      )
  );
}

/** Where the project cannot say (an env file that is not here), the password counts as known. */
function knowsPassword(project: ProjectModel, gateway: Gateway, start: readonly string[]): boolean {
  const name = 'GOG_KEYRING_PASSWORD';
  if (gateway.environment.has(name) || start.some((text) => text.includes(name))) return true;
  return gateway.definitions.some(({ path, compose, service, variables }) => {
    if (composeMatches(compose, /GOG_KEYRING_PASSWORD/)) return true;
    return service.envFiles.some((file) => {
      const env = resolvePath(parentFolder(path), interpolate(file.value, variables));
      if (project.read(env) !== undefined) return false;
      const example = ['.example', '.sample', '.template'].map((suffix) => project.read(env + suffix)).find(Boolean);
      return example?.includes(name) ?? true;
    });
  });
}

function keepsKeyring(gateway: Gateway, start: readonly string[]): boolean {
  const { environment, service } = gateway;
  if (start.some((text) => /gogcli|\.config|XDG_CONFIG_HOME|GOG_HOME/.test(text))) return true;
  const kept = service.mounts
    .filter(({ kind }) => kind !== 'tmpfs' && kind !== 'anonymous')
    .map(({ target }) => interpolate(target, gateway.variables).replace(/(.)\/+$/, '$1'));
  const said = [environment.get('GOG_HOME'), environment.get('XDG_CONFIG_HOME')].filter((path) => path !== undefined);
  // Only the host knows it.
  if (said.some((path) => !path.startsWith('/'))) return true;
  const { home, isCertain } = stateFolders(gateway);
  const folders = said.length > 0 ? said : [`${home}/.config/gogcli`];
  return kept.some(
    (target) =>
      folders.some((folder) => isWithin(target, folder)) ||
      /gogcli/.test(target) ||
      (!isCertain && /\/\.config$|^\/home\/[^/]+$|^\/root$/.test(target)),
  );
}

function lineOf({ words }: { readonly words: readonly { readonly value: string }[] }): string {
  return words.map(({ value }) => value).join(' ');
}

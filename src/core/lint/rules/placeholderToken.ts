import type { ComposeVariable } from '../../compose/ComposeFile.ts';
import { interpolate } from '../../compose/interpolate.ts';
import { isPlaceholder } from '../../deploy/envFile.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { baseName, parentFolder, resolvePath } from '../../workspace/paths.ts';
import { gatewayCommands, optionValue } from '../gatewayCommands.ts';
import { type Gateway, gatewaysOf, isShortLived, startOf } from '../gateways.ts';
import { configValue } from '../openclawConfig.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** The words that documentation puts where a secret belongs are known to everybody. */
export const placeholderToken: Rule = {
  id: 'placeholder-token',
  summary: 'Replace the placeholder by a secret of your own',
  why:
    'Whoever reaches the port and knows the token controls the gateway: mail, chats, files and a shell. A word from the documentation is the first that ' +
    'is tried. Current versions refuse to start with one.',
  severity: 'error',
  check: (project) =>
    uniqueFindings(
      gatewaysOf(project).flatMap((gateway) => [
        ...inCompose(project, gateway),
        ...inEnvFiles(project, gateway),
        ...inCommands(project, gateway),
        ...inConfig(project, gateway),
      ]),
    ),
  bad: {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment:\n      OPENCLAW_GATEWAY_TOKEN: changeme\n',
  },
  good: {
    'compose.yaml':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: compose replaces it
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    environment:\n      OPENCLAW_GATEWAY_TOKEN: ${OPENCLAW_GATEWAY_TOKEN:?set it in .env}\n',
  },
};

const secretName = /^(?:(?:OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_(?:TOKEN|PASSWORD)|GOG_KEYRING_PASSWORD)$/;

/** An empty value is no placeholder: the secret may come from elsewhere. */
function isFilledIn(value: string): boolean {
  return value !== '' && !value.includes('$') && (isPlaceholder(value) || /placeholder/i.test(value));
}

function finding(path: string, range: TextRange, what: string, fixes: readonly Fix[] = []): Finding {
  const message = `${what} is a placeholder that everybody can guess: whoever reaches the gateway gets in, and current versions refuse to start with it. Make one with openssl rand -hex 32.`;
  return { path, range, message, fixes };
}

function inCompose(project: ProjectModel, { definitions }: Gateway): readonly Finding[] {
  return definitions
    .filter(({ path }) => !isShortLived(project, path))
    .flatMap((definition) =>
      definition.service.environment.flatMap((variable) => {
        const { name, value } = variable;
        if (value === undefined || !secretName.test(name)) return [];
        const text = interpolate(value.value, definition.variables);
        // What .env says is told there.
        if (!isFilledIn(text) || !value.value.includes(text)) return [];
        return [finding(definition.path, value.range, name, fixesFor(definition, variable))];
      }),
    );
}

function fixesFor({ path, compose }: ProjectService, { name, value }: ComposeVariable): readonly Fix[] {
  if (value === undefined) return [];
  const written = compose.text.slice(value.range.start, value.range.end);
  const quote = /^["']/.exec(written)?.[0] ?? '';
  const line = compose.text.slice(compose.text.lastIndexOf('\n', value.range.start) + 1, value.range.start);
  // Braces would end an unquoted value of a flow collection.
  if (quote === '' && /[[{]/.test(line.replace(/"[^"]*"/g, ''))) return [];
  const variable = /^\$\{(\w+):?-[^{}$]*\}$/.exec(value.value)?.[1] ?? (value.value.includes('$') ? undefined : name);
  if (variable === undefined) return [];
  const newText = `${quote}\${${variable}:?set it in .env}${quote}`;
  return [{ title: 'Take it from .env', edits: [{ path, edits: [{ range: value.range, newText }] }] }];
}

const exampleName = /(?:example|sample|template|dist|default|tmpl|test)/i;

function inEnvFiles(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  const paths = new Set<string>();
  for (const { path, service, compose, variables } of gateway.definitions) {
    const folder = parentFolder(path);
    for (const file of service.envFiles) paths.add(resolvePath(folder, interpolate(file.value, variables)));
    if (/_GATEWAY_(?:TOKEN|PASSWORD)|GOG_KEYRING_PASSWORD/.test(compose.text)) paths.add(`${folder}/.env`);
  }
  return [...paths]
    .filter((path) => !exampleName.test(baseName(path)))
    .flatMap((path) => {
      const text = project.read(path) ?? '';
      return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(["']?)([^\s#"']+)\2/gm)]
        .filter((match) => secretName.test(match[1] ?? '') && isFilledIn(match[3] ?? ''))
        .map((match) => {
          const end = match.index + match[0].length - (match[2] ?? '').length;
          return finding(path, { start: end - (match[3] ?? '').length, end }, match[1] ?? '');
        });
    });
}

function inCommands(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  return startOf(project, gateway).flatMap(({ path, commands, chain }) =>
    gatewayCommands(commands).flatMap(({ options }) => {
      const word = optionValue(options, '--token') ?? optionValue(options, '--password');
      if (word === undefined || !isFilledIn(word.value.replace(/^--\w+=/, ''))) return [];
      return [{ ...finding(path, word.range, "The gateway's token"), related: chain }];
    }),
  );
}

function inConfig(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  return ['token', 'password'].flatMap((key) => {
    const value = configValue(project, gateway, 'gateway', 'auth', key);
    if (value === undefined || !isFilledIn(value.value) || exampleName.test(baseName(value.path))) return [];
    return [finding(value.path, value.range, `gateway.auth.${key}`)];
  });
}

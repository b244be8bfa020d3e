import type { ComposeVariable } from '../../compose/ComposeFile.ts';
import { interpolate } from '../../compose/interpolate.ts';
import { isPlaceholder } from '../../deploy/envFile.ts';
import { stageChain } from '../../dockerfile/stages.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { baseName, parentFolder, resolvePath } from '../../workspace/paths.ts';
import type { StartedScript } from '../../workspace/start/StartedScript.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { assignmentsOf } from '../assignmentsOf.ts';
import { composeMatches } from '../composeMatches.ts';
import { gatewayCommands, optionValue, pathOfWord } from '../gatewayCommands.ts';
import { gatewayImages } from '../gatewayImages.ts';
import { type Gateway, gatewaysOf, isShortLived } from '../gateways.ts';
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
  noFix: 'in env files and scripts: the secret must be yours. Make one with openssl rand -hex 32.',
  check: (project) => {
    const gateways = gatewaysOf(project);
    // Who talks to a gateway elsewhere gives away its token just the same.
    const definitions = gateways.length > 0 ? gateways.flatMap((gateway) => gateway.definitions) : project.services;
    return uniqueFindings([
      ...inCompose(project, definitions),
      ...gateways.flatMap((gateway) => [...inEnvFiles(project, gateway), ...inConfig(project, gateway)]),
      ...inImages(project),
      ...inStart(project),
    ]);
  },
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

const keyring = 'GOG_KEYRING_PASSWORD';
const secretName = /^(?:(?:OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_(?:TOKEN|PASSWORD)|GOG_KEYRING_PASSWORD)$/;

/** An empty value is no placeholder: the secret may come from elsewhere. */
function isFilledIn(value: string, name = ''): boolean {
  if (value === '' || value.includes('$')) return false;
  // Of the keyring somebody may have chosen a simple word: only what asks to be replaced is a placeholder.
  if (name === keyring) return /^(?:change|replace|your[-_ ]|<.*>$)|[-_]here$|placeholder/i.test(value);
  return isPlaceholder(value) || /placeholder/i.test(value);
}

function finding(path: string, range: TextRange, what: string, fixes: readonly Fix[] = []): Finding {
  const whatFor =
    what === keyring
      ? 'with it the sign-ins in the keyring of gog can be read'
      : 'whoever reaches the gateway gets in, and current versions refuse to start with it';
  const message = `${what} is a placeholder that everybody can guess: ${whatFor}. Make one with openssl rand -hex 32.`;
  return { path, range, message, fixes };
}

function inCompose(project: ProjectModel, definitions: readonly ProjectService[]): readonly Finding[] {
  return definitions
    .filter(({ path }) => !isShortLived(project, path))
    .flatMap((definition) =>
      definition.service.environment.flatMap((variable) => {
        const { name, value } = variable;
        if (value === undefined || !secretName.test(name)) return [];
        const text = interpolate(value.value, definition.variables);
        // What .env says is told there.
        if (!isFilledIn(text, name) || !value.value.includes(text)) return [];
        return [finding(definition.path, value.range, name, fixesFor(definition, variable))];
      }),
    );
}

function fixesFor({ path, compose }: ProjectService, { name, value }: ComposeVariable): readonly Fix[] {
  if (value === undefined) return [];
  const written = compose.text.slice(value.range.start, value.range.end);
  const quote = /^["']/.exec(written)?.[0] ?? '';
  const line = compose.text.slice(compose.text.lastIndexOf('\n', value.range.start) + 1, value.range.start);
  // Braces would end an unquoted value of a flow collection; quotes keep them. A list has the name in the same word.
  const isInFlow = quote === '' && /[[{]/.test(line.replace(/"[^"]*"/g, ''));
  if (isInFlow && !/[:][ \t]*$/.test(line)) return [];
  const around = isInFlow ? '"' : quote;
  const variable = /^\$\{(\w+):?-[^{}$]*\}$/.exec(value.value)?.[1] ?? (value.value.includes('$') ? undefined : name);
  if (variable === undefined) return [];
  const newText = `${around}\${${variable}:?set it in .env}${around}`;
  return [{ title: 'Take it from .env', edits: [{ path, edits: [{ range: value.range, newText }] }] }];
}

const exampleName = /(?:example|sample|template|dist|default|tmpl|test)/i;

function inEnvFiles(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  const paths = new Set<string>();
  for (const { path, service, compose, variables } of gateway.definitions) {
    const folder = parentFolder(path);
    for (const file of service.envFiles) paths.add(resolvePath(folder, interpolate(file.value, variables)));
    if (composeMatches(compose, /_GATEWAY_(?:TOKEN|PASSWORD)|GOG_KEYRING_PASSWORD/)) paths.add(`${folder}/.env`);
  }
  return [...paths]
    .filter((path) => !exampleName.test(baseName(path)))
    .flatMap((path) => {
      const text = project.read(path) ?? '';
      return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(["']?)([^\s#"']+)\2/gm)]
        .filter((match) => secretName.test(match[1] ?? '') && isFilledIn(match[3] ?? '', match[1]))
        .map((match) => {
          const end = match.index + match[0].length - (match[2] ?? '').length;
          return finding(path, { start: end - (match[3] ?? '').length, end }, match[1] ?? '');
        });
    });
}

/** Variables that the gateway's own image sets. */
function inImages(project: ProjectModel): readonly Finding[] {
  return gatewayImages(project).flatMap(({ image }) =>
    stageChain(image.stage)
      .flatMap((stage) => stage.instructions)
      .filter(({ keyword }) => keyword === 'ENV')
      .flatMap(assignmentsOf)
      .map((variable) => ({ ...variable, value: variable.value.replace(/^(["'])(.*)\1$/, '$2') }))
      .filter(({ name, value }) => secretName.test(name) && isFilledIn(value, name))
      .map(({ name, range }) => finding(image.path, range, name)),
  );
}

/** What the start hands to the gateway, and the word that it takes where nobody has set the variable. */
function inStart(project: ProjectModel): readonly Finding[] {
  return startedScripts(project)
    .filter(({ when }) => when === 'start')
    .flatMap((script) => startFindings(project, script));
}

function startFindings(project: ProjectModel, script: StartedScript): readonly Finding[] {
  const { path, source, commands, chain } = script;
  return [
    ...gatewayCommands(commands).flatMap(({ options }) => {
      const word = optionValue(options, '--token') ?? optionValue(options, '--password');
      if (word === undefined || !isFilledIn(word.value.replace(/^--\w+=/, ''))) return [];
      const file = pathOfWord(script, word);
      // What a variable of the script holds is told where it gets it.
      if (source !== undefined && project.read(file)?.slice(word.range.start, word.range.end).includes('$') === true)
        return [];
      return [{ ...finding(file, word.range, "The gateway's token"), related: chain }];
    }),
    ...defaultsIn(source?.text ?? '').flatMap(({ name, value, start }) => {
      const range = source?.sourceRange(start, start + value.length);
      return range === undefined ? [] : [{ ...finding(path, range, name), related: chain }];
    }),
  ];
}

const withDefault = /\$\{((?:OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_(?:TOKEN|PASSWORD)):?[-=]["']?([\w<>. -]+)["']?\}/g;

function defaultsIn(
  text: string,
): readonly { readonly name: string; readonly value: string; readonly start: number }[] {
  if (!text.includes('_GATEWAY_')) return [];
  return [...text.matchAll(withDefault)]
    .filter((match) => !/^[ \t]*#/.test(text.slice(text.lastIndexOf('\n', match.index) + 1, match.index)))
    .map((match) => {
      const [whole, name = '', value = ''] = match;
      return { name, value, start: match.index + whole.lastIndexOf(value) };
    })
    .filter(({ value }) => isFilledIn(value));
}

function inConfig(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  return ['token', 'password'].flatMap((key) => {
    const value = configValue(project, gateway, 'gateway', 'auth', key);
    if (value === undefined || !isFilledIn(value.value) || exampleName.test(baseName(value.path))) return [];
    const name = `OPENCLAW_GATEWAY_${key.toUpperCase()}`;
    const edit = { range: value.range, newText: `"\${${name}}"` };
    // The config names variables that way (openclaw docs/gateway/configuration.md); one that is not set stops the gateway.
    const fix = { title: `Take it from ${name}`, edits: [{ path: value.path, edits: [edit] }] };
    return [finding(value.path, value.range, `gateway.auth.${key}`, gateway.environment.has(name) ? [fix] : [])];
  });
}

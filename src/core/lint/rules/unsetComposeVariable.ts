import { plainReferences } from '../../compose/plainReferences.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { baseName, parentFolder, resolvePath } from '../../workspace/paths.ts';
import { readEnvFile } from '../../workspace/readEnvFile.ts';
import { unsetVariableFixes } from '../fixes/unsetVariableFixes.ts';
import { type Gateway, gatewaysOf } from '../gateways.ts';
import type { Finding, Rule } from '../Rule.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** Compose replaces an unset variable by nothing; in a mount or a port nothing is an error. */
export const unsetComposeVariable: Rule = {
  id: 'unset-compose-variable',
  summary: 'Set the variable in .env, or give it a default',
  why:
    'Compose puts nothing in the place of a variable that is not set. A mount then begins with a colon ("empty section between colons"), or it takes a ' +
    'folder at the root of the VM; a port or an image becomes invalid: the gateway does not come up.',
  severity: 'warning',
  noFix: 'without quotes in a list that is written on one line.',
  check: (project) => uniqueFindings(gatewaysOf(project).flatMap((gateway) => findingsFor(project, gateway))),
  bad: {
    '.env': 'OPENCLAW_GATEWAY_TOKEN=5f1d\n',
    'compose.yaml':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: compose replaces it
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - ${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw\n',
  },
  good: {
    '.env': 'OPENCLAW_GATEWAY_TOKEN=5f1d\n',
    'compose.yaml':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: compose replaces it
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - ${OPENCLAW_CONFIG_DIR:-./state}:/home/node/.openclaw\n',
  },
};

/** Set by the shell, by compose itself or by a CI. */
const setElsewhere =
  /^(?:HOME|PWD|USER|LOGNAME|UID|GID|EUID|PATH|HOSTNAME|SHELL|TMPDIR|LANG|TZ|DISPLAY|SSH_AUTH_SOCK|COMPOSE_\w+|DOCKER_\w+|XDG_\w+|GITHUB_\w+|CI_?\w*)$/;

function findingsFor(project: ProjectModel, gateway: Gateway): readonly Finding[] {
  return gateway.definitions.flatMap((definition) => {
    const source = variableSource(project, definition);
    if (source === undefined) return [];
    return places(definition).flatMap(({ range, consequence }) =>
      plainReferences(definition.compose.text.slice(range.start, range.end))
        .filter(({ name }) => !source.names.has(name) && !definition.variables.has(name) && !setElsewhere.test(name))
        .filter(({ name }) => !isSetByScripts(project, name))
        .map(({ name, start, end }) => ({ name, at: { start: range.start + start, end: range.start + end } }))
        .map(({ name, at }) => ({
          path: definition.path,
          range: at,
          message: `${name} is not in ${source.label} and has no default: ${consequence}. Set it there, or write a default.${envFileHint(project, definition, name)}`,
          fixes: () => unsetVariableFixes(definition.path, definition.compose.text, at, name),
        })),
    );
  });
}

interface Place {
  readonly range: TextRange;
  readonly consequence: string;
}

/** Where nothing in the place of a variable breaks the gateway. */
function places({ service }: ProjectService): readonly Place[] {
  return [
    ...service.mounts
      .filter(({ source }) => source.includes('$'))
      .map(({ range, source }) => ({
        range,
        consequence: /^\$(?:\{\w+\}|\w+)$/.test(source)
          ? 'compose refuses a mount without a source (empty section between colons)'
          : 'compose mounts another folder of the VM',
      })),
    ...service.ports.map(({ range }) => ({ range, consequence: 'compose refuses the port, or publishes another' })),
    ...(service.image === undefined
      ? []
      : [{ range: service.image.range, consequence: 'compose refuses the image, or takes another' }]),
  ];
}

interface VariableSource {
  readonly label: string;
  readonly names: ReadonlySet<string>;
}

/** What the project says about its variables: `.env`, else the example that one copies; `undefined` where it says nothing. */
function variableSource(project: ProjectModel, { path }: ProjectService): VariableSource | undefined {
  const folder = parentFolder(path);
  const named = (pattern: RegExp): readonly string[] =>
    [...project.paths].filter(
      (other) => pattern.test(baseName(other)) && [folder, project.root].includes(parentFolder(other)),
    );
  const own = named(/^\.env$/);
  const paths = own.length > 0 ? own : named(/^\.?env\.(?:example|sample|template|dist)$|^(?:example|sample)\.env$/i);
  const [first] = paths;
  if (first === undefined) return undefined;
  const names = new Set<string>();
  for (const found of paths) {
    // A variable that stands there as a comment is known to people too.
    const text = (project.read(found) ?? '').replace(/^[ \t]*#[ \t]*(?=\w+=)/gm, '');
    for (const name of readEnvFile(text).keys()) names.add(name);
  }
  return { label: baseName(first), names };
}

/** A script, a makefile or the like of the project knows the variable, or chooses the env file. */
function isSetByScripts(project: ProjectModel, name: string): boolean {
  const mention = new RegExp(`\\b${name}\\b|--env-file`);
  for (const path of project.paths) {
    const isScript = /\.(?:sh|bash)$|^(?:makefile|justfile|procfile|setup)$|^\.envrc$/i.test(baseName(path));
    if (isScript && mention.test(project.read(path) ?? '')) return true;
  }
  return false;
}

function envFileHint(project: ProjectModel, { path, service }: ProjectService, name: string): string {
  const file = service.envFiles.find(({ value }) => {
    const text = project.read(resolvePath(parentFolder(path), value));
    return text !== undefined && readEnvFile(text).has(name);
  });
  return file === undefined ? '' : ` ${file.value} sets it inside the container only.`;
}

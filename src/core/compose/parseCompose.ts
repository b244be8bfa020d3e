import { type Document, isMap, isSeq, type Node } from 'yaml';
import { parseShell } from '../shell/parseShell.ts';
import { ShellWord } from '../shell/ShellWord.ts';
import type { TextRange } from '../text/TextRange.ts';
import type {
  ComposeBuild,
  ComposeCommand,
  ComposeFile,
  ComposeMount,
  ComposeService,
  ComposeVariable,
} from './ComposeFile.ts';
import { contentOf, readMounts, readPorts } from './readMountsAndPorts.ts';
import { readYaml } from './readYaml.ts';
import { withoutDollarEscapes } from './withoutDollarEscapes.ts';
import { rangeOf, YamlReader, type YamlText } from './yamlNodes.ts';

/** Reads a compose file. Never fails: what cannot be understood is left out. */
export function parseCompose(text: string): ComposeFile {
  let document: Document.Parsed;
  try {
    document = readYaml(text, { uniqueKeys: false });
  } catch (error) {
    // Hostile nesting exhausts the parser's stack.
    const message = error instanceof Error ? error.message : String(error);
    return {
      text,
      name: undefined,
      includes: [],
      services: [],
      volumes: [],
      configs: [],
      syntaxError: { message, range: { start: 0, end: 0 } },
    };
  }
  const yaml = new YamlReader(document, text);
  const root = document.contents;
  const error = document.errors[0];
  return {
    text,
    name: yaml.text(yaml.get(root, 'name')),
    services: yaml
      .entries(yaml.get(root, 'services'))
      .map((entry) => readService(entry.key, entry.keyRange, entry.node, yaml)),
    includes: yaml.items(yaml.get(root, 'include')).map((item) => ({
      paths: isMap(item) ? readTexts(yaml.get(item, 'path'), yaml) : readTexts(item, yaml),
      envFiles: isMap(item) ? readTexts(yaml.get(item, 'env_file'), yaml) : [],
    })),
    volumes: yaml.entries(yaml.get(root, 'volumes')).map((entry) => entry.key),
    configs: yaml.entries(yaml.get(root, 'configs')).map(({ key, node }) => ({
      name: key,
      file: yaml.text(yaml.get(node, 'file'))?.value,
      content: contentOf(node, yaml),
    })),
    syntaxError: error === undefined ? undefined : { message: error.message, range: rangeWithin(text, error.pos) },
  };
}

/** The parser places what is missing at the end behind the text. */
function rangeWithin(text: string, [start, end]: readonly [number, number]): TextRange {
  return { start: Math.min(start, text.length), end: Math.min(end, text.length) };
}

function readService(name: string, nameRange: TextRange, node: Node | undefined, yaml: YamlReader): ComposeService {
  const fields = new Map(yaml.entries(node).map((entry) => [entry.key, entry.node]));
  const extended = fields.get('extends');
  const extendedService = yaml.text(extended)?.value ?? yaml.text(yaml.get(extended, 'service'))?.value;
  return {
    name,
    nameRange,
    range: { start: nameRange.start, end: Math.max(nameRange.end, node === undefined ? 0 : rangeOf(node).end) },
    image: yaml.text(fields.get('image')),
    build: readBuild(fields.get('build'), yaml),
    entrypoint: readCommand(fields.get('entrypoint'), yaml),
    command: readCommand(fields.get('command'), yaml),
    healthcheck: readHealthcheck(yaml.get(fields.get('healthcheck'), 'test'), yaml),
    postStart: yaml
      .items(fields.get('post_start'))
      .map((hook) => readCommand(yaml.get(hook, 'command'), yaml))
      .filter((command) => command !== undefined),
    environment: readVariables(fields.get('environment'), yaml),
    envFiles: readEnvFiles(fields.get('env_file'), yaml),
    mounts: [...readMounts(fields.get('volumes'), yaml), ...readTmpfs(fields.get('tmpfs'), yaml)],
    configs: readConfigs(fields.get('configs'), yaml),
    ports: readPorts(fields.get('ports'), yaml),
    platform: yaml.text(fields.get('platform')),
    restart: yaml.text(fields.get('restart')),
    user: yaml.text(fields.get('user')),
    networkMode: yaml.text(fields.get('network_mode')),
    workingDir: yaml.text(fields.get('working_dir')),
    extends:
      extendedService === undefined
        ? undefined
        : { service: extendedService, file: yaml.text(yaml.get(extended, 'file'))?.value },
    profiles: yaml
      .items(fields.get('profiles'))
      .map((item) => yaml.text(item)?.value)
      .filter((name) => name !== undefined),
    hasDeployRestart: hasDeployRestart(fields.get('deploy'), yaml),
    replaces: [...fields].filter(([, field]) => replacingTag.test(field?.tag ?? '')).map(([key]) => key),
  };
}

/** https://docs.docker.com/reference/compose-file/merge/#reset-value */
const replacingTag = /^!(?:override|reset)$/;

function hasDeployRestart(deploy: Node | undefined, yaml: YamlReader): boolean {
  // The other keys matter to a swarm only, which starts ended tasks again by itself.
  return ['restart_policy', 'mode', 'replicas', 'placement', 'update_config', 'rollback_config', 'endpoint_mode'].some(
    (key) => yaml.get(deploy, key) !== undefined,
  );
}

function readBuild(node: Node | undefined, yaml: YamlReader): ComposeBuild | undefined {
  if (node === undefined) return undefined;
  const short = yaml.text(node);
  if (short === undefined && !isMap(node)) return undefined;
  return {
    range: rangeOf(node),
    context: short?.value ?? yaml.text(yaml.get(node, 'context'))?.value ?? '.',
    dockerfile: yaml.text(yaml.get(node, 'dockerfile'))?.value,
    dockerfileInline: yaml.text(yaml.get(node, 'dockerfile_inline')),
    target: yaml.text(yaml.get(node, 'target'))?.value,
    args: readVariables(yaml.get(node, 'args'), yaml),
  };
}

function readCommand(node: Node | undefined, yaml: YamlReader): ComposeCommand | undefined {
  if (node === undefined) return undefined;
  if (isSeq(node)) {
    const words = yaml
      .items(node)
      .map((item) => yaml.text(item))
      .filter((item) => item !== undefined)
      .map((item) => new ShellWord(item.value, item.range, true, withoutDollarEscapes(item.text)));
    return { range: rangeOf(node), words: words.map(unescaped), isEmpty: words.length === 0 };
  }
  const text = yaml.text(node);
  if (text === undefined) return undefined;
  const shellText = withoutDollarEscapes(text.text);
  const { commands } = parseShell(shellText);
  const command = {
    range: text.range,
    // Operators are no operators here: all commands are taken.
    words: commands.flatMap(({ words }) => words),
    isEmpty: text.value.trim() === '',
  };
  return commands.length > 1 ? { ...command, shellText } : command;
}

function readHealthcheck(node: Node | undefined, yaml: YamlReader): ComposeCommand | undefined {
  const command = readCommand(node, yaml);
  if (command === undefined) return undefined;
  if (!isSeq(node)) {
    // Unlike other commands, a string is run by a shell.
    const text = yaml.text(node);
    return text === undefined ? command : { ...command, shellText: withoutDollarEscapes(text.text) };
  }
  const kind = command.words[0]?.value;
  if (kind === 'CMD') return { ...command, words: command.words.slice(1) };
  const shellText = command.words[1];
  if (kind !== 'CMD-SHELL' || shellText === undefined) return undefined;
  const words = parseShell(shellText.text).commands.flatMap((run) => run.words);
  return { ...command, words, shellText: shellText.text };
}

/** Both syntaxes of a service's `configs` (https://docs.docker.com/reference/compose-file/services/#configs). */
function readConfigs(node: Node | undefined, yaml: YamlReader): ComposeService['configs'] {
  return yaml.items(node).flatMap((item) => {
    const name = yaml.text(isMap(item) ? yaml.get(item, 'source') : item)?.value;
    if (name === undefined) return [];
    return { name, target: (isMap(item) ? yaml.text(yaml.get(item, 'target'))?.value : undefined) ?? `/${name}` };
  });
}

function unescaped(word: ShellWord): ShellWord {
  return word.value.includes('$$') ? new ShellWord(word.text.text, word.range, true, word.text) : word;
}

function readVariables(node: Node | undefined, yaml: YamlReader): readonly ComposeVariable[] {
  if (isMap(node)) {
    return yaml.entries(node).map(({ key, keyRange, node: value }) => {
      const text = yaml.text(value);
      return { name: key, value: text, range: { start: keyRange.start, end: text?.range.end ?? keyRange.end } };
    });
  }
  return yaml
    .items(node)
    .map((item) => yaml.text(item))
    .filter((item) => item !== undefined)
    .map((item) => {
      const equals = item.value.indexOf('=');
      if (equals === -1) return { name: item.value, value: undefined, range: item.range };
      const text = item.text.slice(equals + 1);
      const end = item.range.end;
      const range = text.text === '' ? { start: end, end } : text.sourceRange(0, text.text.length);
      return { name: item.value.slice(0, equals), value: { value: text.text, range, text }, range: item.range };
    });
}

/** One text or a list of them. */
function readTexts(node: Node | undefined, yaml: YamlReader): readonly string[] {
  const nodes = isSeq(node) ? yaml.items(node) : [node];
  return nodes.map((item) => yaml.text(item)?.value).filter((text) => text !== undefined);
}

function readEnvFiles(node: Node | undefined, yaml: YamlReader): readonly YamlText[] {
  const nodes = isSeq(node) ? yaml.items(node) : [node];
  return nodes.map((item) => yaml.text(item) ?? yaml.text(yaml.get(item, 'path'))).filter((item) => item !== undefined);
}

function readTmpfs(node: Node | undefined, yaml: YamlReader): readonly ComposeMount[] {
  const nodes = isSeq(node) ? yaml.items(node) : [node];
  return nodes
    .map((item) => yaml.text(item))
    .filter((item) => item !== undefined)
    .map((item) => ({
      kind: 'tmpfs',
      source: '',
      target: item.value.split(':')[0] ?? '',
      readOnly: false,
      range: item.range,
    }));
}

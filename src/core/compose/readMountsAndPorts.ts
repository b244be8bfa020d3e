import { isMap, type Node } from 'yaml';
import type { MappedText } from '../text/MappedText.ts';
import type { ComposeMount, ComposePort } from './ComposeFile.ts';
import { withoutDollarEscapes } from './withoutDollarEscapes.ts';
import { rangeOf, type YamlReader } from './yamlNodes.ts';

/** Both syntaxes of `volumes` (https://docs.docker.com/reference/compose-file/services/#volumes). */
export function readMounts(node: Node | undefined, yaml: YamlReader): readonly ComposeMount[] {
  return yaml
    .items(node)
    .map((item) => (isMap(item) ? longMount(item, yaml) : shortMount(item, yaml)))
    .filter((mount) => mount !== undefined);
}

/** Both syntaxes of `ports` (https://docs.docker.com/reference/compose-file/services/#ports). */
export function readPorts(node: Node | undefined, yaml: YamlReader): readonly ComposePort[] {
  return yaml
    .items(node)
    .map((item) => {
      if (!isMap(item)) {
        const text = yaml.text(item);
        return text === undefined ? undefined : { ...parsePort(text.value), range: text.range };
      }
      const field = (name: string): string => yaml.text(yaml.get(item, name))?.value ?? '';
      return {
        hostAddress: field('host_ip'),
        hostPort: field('published'),
        containerPort: field('target'),
        range: rangeOf(item),
      };
    })
    .filter((port) => port !== undefined);
}

/** The text of a file that stands in the compose file. */
export function contentOf(node: Node | undefined, yaml: YamlReader): MappedText | undefined {
  const text = yaml.text(yaml.get(node, 'content'))?.text;
  return text === undefined ? undefined : withoutDollarEscapes(text);
}

function shortMount(item: Node, yaml: YamlReader): ComposeMount | undefined {
  const text = yaml.text(item);
  if (text === undefined) return undefined;
  const parts = splitOutsideBraces(text.value);
  if (parts.length === 1)
    return { kind: 'anonymous', source: '', target: parts[0] ?? '', readOnly: false, range: text.range };
  const [source = '', target = '', mode = ''] = parts;
  return {
    kind: /^(?:[./~\\]|[A-Za-z]:[\\/]|\$)/.test(source) || source.includes('/') ? 'bind' : 'volume',
    source,
    target,
    readOnly: mode.split(',').includes('ro'),
    range: text.range,
  };
}

function longMount(item: Node, yaml: YamlReader): ComposeMount {
  const field = (name: string): string => yaml.text(yaml.get(item, name))?.value ?? '';
  const source = field('source') || field('src');
  const type = field('type');
  const kind =
    type === 'bind' || type === 'tmpfs'
      ? type
      : type === 'volume' || type === ''
        ? source === ''
          ? 'anonymous'
          : 'volume'
        : 'other';
  const content = contentOf(item, yaml);
  return {
    ...(content === undefined ? {} : { content }),
    kind,
    source,
    target: field('target') || field('destination') || field('dst'),
    readOnly: field('read_only') === 'true' || field('readonly') === 'true',
    range: rangeOf(item),
  };
}

function parsePort(value: string): Omit<ComposePort, 'range'> {
  const parts = splitOutsideBraces(value.replace(/\/(?:tcp|udp)$/i, ''));
  const containerPort = parts.at(-1) ?? '';
  if (parts.length === 1) return { hostAddress: '', hostPort: '', containerPort };
  const hostPort = parts.at(-2) ?? '';
  return {
    hostAddress: parts
      .slice(0, -2)
      .join(':')
      .replace(/^\[|\]$/g, ''),
    hostPort,
    containerPort,
  };
}

/** Splits at `:` that is neither inside `${…}` nor inside `[…]`. */
function splitOutsideBraces(value: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of value) {
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (char === ':' && depth <= 0) {
      parts.push(part);
      part = '';
    } else {
      part += char;
    }
  }
  parts.push(part);
  return parts;
}

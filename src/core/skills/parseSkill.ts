import { isMap, isSeq, type Node } from 'yaml';
import { readYaml } from '../compose/readYaml.ts';
import { YamlReader } from '../compose/yamlNodes.ts';
import type { TextRange } from '../text/TextRange.ts';

/** What a SKILL.md asks for (openclaw docs/tools/skills.md). */
export interface Skill {
  readonly name: string;
  readonly description: string;
  /** Empty: every system. Values as the loader knows them: `darwin`, `linux`, `win32`. */
  readonly os: readonly string[];
  /** Loaded whatever is missing. */
  readonly always: boolean;
  /** All of these must be on PATH. */
  readonly bins: readonly SkillWord[];
  /** One of these is enough. */
  readonly anyBins: readonly SkillWord[];
  readonly environment: readonly SkillWord[];
  readonly config: readonly SkillWord[];
  readonly install: readonly SkillInstall[];
  readonly primaryEnvironment: string | undefined;
  /** `openclaw`, or an older name that is still read; `undefined` where the file has no metadata for the gateway. */
  readonly metadataKey: 'openclaw' | 'clawdbot' | undefined;
  /** The key `moltbot` of January 2026: the loader does not look at it any more. */
  readonly ignoredKey: TextRange | undefined;
}

export interface SkillWord {
  readonly name: string;
  readonly range: TextRange;
}

export interface SkillInstall {
  readonly kind: string;
  readonly bins: readonly string[];
  /** The formula, package or module. */
  readonly package: string | undefined;
}

export type SkillResult =
  | { readonly ok: true; readonly skill: Skill }
  | { readonly ok: false; readonly reason: string; readonly range: TextRange };

/** Reads the front matter of a SKILL.md as the gateway's loader does. */
export function parseSkill(text: string): SkillResult {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const firstLine = { start, end: endOfLine(text, start) };
  const opening = /^---[ \t]*\r?\n/.exec(text.slice(start, start + 200));
  if (opening === null)
    return {
      ok: false,
      reason: 'The file does not begin with a "---" line: it has no front matter.',
      range: firstLine,
    };
  const from = start + opening[0].length;
  const closing = /^---[ \t]*\r?$/m.exec(text.slice(from));
  if (closing === null)
    return {
      ok: false,
      reason: 'The front matter has no closing "---" line, so the gateway does not load the skill.',
      range: firstLine,
    };
  // A comment in front keeps the offsets of the document.
  const yamlText = `${'#'.padEnd(from - 1)}\n${text.slice(from, from + closing.index)}`;
  try {
    const document = readYaml(yamlText, { uniqueKeys: false });
    const reader = new YamlReader(document, yamlText);
    return { ok: true, skill: toSkill(document.contents, reader) };
  } catch (error) {
    return {
      ok: false,
      reason: `The front matter cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      range: firstLine,
    };
  }
}

function toSkill(root: Node | null, yaml: YamlReader): Skill {
  const metadata = readMetadata(yaml.get(root, 'metadata'), yaml);
  const own = metadata === undefined ? undefined : gatewayPart(metadata);
  const reader = metadata?.yaml ?? yaml;
  const get = (key: string): Node | undefined => (own === undefined ? undefined : reader.get(own.node, key));
  const words = (node: Node | undefined): readonly SkillWord[] => readWords(node, reader, metadata?.range);
  const requires = get('requires');
  const required = (key: string): readonly SkillWord[] =>
    words(requires === undefined ? undefined : reader.get(requires, key));
  return {
    name: yaml.text(yaml.get(root, 'name'))?.value ?? '',
    description: yaml.text(yaml.get(root, 'description'))?.value ?? '',
    os: words(get('os')).map((word) => word.name),
    always: reader.text(get('always'))?.value === 'true',
    bins: required('bins'),
    anyBins: required('anyBins'),
    environment: required('env'),
    config: required('config'),
    install: reader.items(get('install')).map((spec) => ({
      kind: field(reader, spec, 'kind') ?? field(reader, spec, 'type') ?? '',
      bins: readWords(reader.get(spec, 'bins'), reader, undefined).map((word) => word.name),
      package:
        field(reader, spec, 'package') ??
        field(reader, spec, 'formula') ??
        field(reader, spec, 'cask') ??
        field(reader, spec, 'module'),
    })),
    primaryEnvironment: reader.text(get('primaryEnv'))?.value,
    metadataKey: own?.key,
    ignoredKey: metadata === undefined || own !== undefined ? undefined : metadata.moltbot,
  };
}

interface Metadata {
  readonly node: Node | null;
  readonly yaml: YamlReader;
  /** Where metadata written as one string stands; then its parts have no ranges of their own. */
  readonly range: TextRange | undefined;
  readonly moltbot: TextRange | undefined;
}

function readMetadata(node: Node | undefined, yaml: YamlReader): Metadata | undefined {
  if (node === undefined) return undefined;
  if (isMap(node)) {
    return {
      node,
      yaml,
      range: undefined,
      moltbot: yaml.entries(node).find((entry) => entry.key === 'moltbot')?.keyRange,
    };
  }
  const text = yaml.text(node);
  if (text === undefined) return undefined;
  // The loader reads the string as JSON, then JSON5; as YAML flow style it has the same meaning, trailing commas included.
  const document = readYaml(text.value, { uniqueKeys: false });
  const inner = new YamlReader(document, text.value);
  const hasMoltbot = inner.get(document.contents, 'moltbot') !== undefined;
  return { node: document.contents, yaml: inner, range: text.range, moltbot: hasMoltbot ? text.range : undefined };
}

function gatewayPart(metadata: Metadata): { readonly key: 'openclaw' | 'clawdbot'; readonly node: Node } | undefined {
  for (const key of ['openclaw', 'clawdbot'] as const) {
    const node = metadata.yaml.get(metadata.node, key);
    if (isMap(node)) return { key, node };
  }
  return undefined;
}

/** A list, or one string with commas. */
function readWords(node: Node | undefined, yaml: YamlReader, whole: TextRange | undefined): readonly SkillWord[] {
  if (isSeq(node)) {
    return yaml
      .items(node)
      .map((item) => yaml.text(item))
      .filter((item) => item !== undefined && item.value.trim() !== '')
      .map((item) => ({ name: item?.value.trim() ?? '', range: whole ?? item?.range ?? { start: 0, end: 0 } }));
  }
  const text = yaml.text(node);
  if (text === undefined) return [];
  return text.value
    .split(',')
    .map((name) => ({ name: name.trim(), range: whole ?? text.range }))
    .filter((word) => word.name !== '');
}

function field(yaml: YamlReader, node: Node, key: string): string | undefined {
  return yaml.text(yaml.get(node, key))?.value;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

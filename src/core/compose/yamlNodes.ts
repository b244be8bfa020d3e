import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { MappedText, MappedTextBuilder } from '../text/MappedText.ts';
import type { TextRange } from '../text/TextRange.ts';

/** A scalar of a YAML file as text. `value` is as written there: variables are not replaced. */
export interface YamlText {
  readonly value: string;
  readonly range: TextRange;
  readonly text: MappedText;
}

/** One key of a mapping. */
export interface YamlEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly node: Node | undefined;
}

/** Reads nodes of one YAML document: aliases followed, `<<` merged, anything unexpected left out. */
export class YamlReader {
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #entries = new Map<unknown, YamlEntry[]>();
  #targets: ReadonlyMap<Alias, Node> | undefined;

  constructor(document: Document.Parsed, text: string) {
    this.#document = document;
    this.#text = text;
  }

  resolve(node: unknown): Node | undefined {
    let at = node;
    for (let i = 0; i < 16 && isAlias(at); i++) at = this.#follow(at);
    return isMap(at) || isSeq(at) || isScalar(at) ? at : undefined;
  }

  /** Keys of a mapping; those of merged mappings last. */
  entries(node: unknown, depth = 0): readonly YamlEntry[] {
    const map = this.resolve(node);
    if (!isMap(map) || depth > maxMergeDepth) return [];
    const known = this.#entries.get(map);
    if (known !== undefined) return known;
    const entries: YamlEntry[] = [];
    // Before its parts: a mapping may merge itself.
    this.#entries.set(map, entries);
    const merged: YamlEntry[] = [];
    for (const pair of (map as YAMLMap).items as Pair[]) {
      const key = isAlias(pair.key) ? this.resolve(pair.key) : pair.key;
      if (!isScalar(key)) continue;
      if (key.value === '<<') {
        const value = this.resolve(pair.value);
        for (const source of isSeq(value) ? value.items : [value]) merged.push(...this.entries(source, depth + 1));
      } else {
        entries.push({ key: String(key.value ?? ''), keyRange: rangeOf(key), node: this.resolve(pair.value) });
      }
    }
    const keys = new Set(entries.map(({ key }) => key));
    for (const entry of merged) {
      if (keys.has(entry.key)) continue;
      keys.add(entry.key);
      entries.push(entry);
    }
    return entries;
  }

  get(node: unknown, key: string): Node | undefined {
    return this.entries(node).find((entry) => entry.key === key)?.node;
  }

  items(node: unknown): readonly Node[] {
    const list = this.resolve(node);
    if (!isSeq(list)) return [];
    return list.items.map((item) => this.resolve(item)).filter((item) => item !== undefined);
  }

  text(node: unknown): YamlText | undefined {
    const scalar = this.resolve(node);
    if (!isScalar(scalar) || scalar.value === null || scalar.value === undefined) return undefined;
    const value = typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value));
    const range = rangeOf(scalar);
    return { value, range, text: alignScalar(value, scalar, this.#text, range) };
  }

  #follow(alias: Alias): unknown {
    this.#targets ??= aliasTargets(this.#document);
    return this.#targets.get(alias);
  }
}

const maxMergeDepth = 100;

/** What each alias stands for: the last node of that anchor before it. All in one pass; one by one each would search the document. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      const target = isAlias(node) ? anchors.get(node.source) : undefined;
      if (isAlias(node) && target !== undefined) targets.set(node, target);
      else if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

export function rangeOf(node: Node): TextRange {
  const range = node.range;
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

/** Finds for each character of a scalar's value the character of the file that it came from. */
function alignScalar(value: string, scalar: Scalar, source: string, range: TextRange): MappedText {
  const quoted = scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE';
  let at = quoted ? range.start + 1 : range.start;
  if (scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED') {
    const header = source.indexOf('\n', at);
    at = header === -1 ? range.end : header + 1;
  } else if (source.startsWith(value, at)) {
    return new MappedText(value, at);
  }
  const builder = new MappedTextBuilder(at);
  for (const char of value) {
    const start = at;
    if (scalar.type === 'QUOTE_DOUBLE' && source[at] === '\\') {
      while (source[at] === '\\' && (source[at + 1] === '\n' || source[at + 1] === '\r')) {
        at += 2;
        while (/\s/.test(source[at] ?? '')) at++;
      }
      if (source[at] === '\\') {
        builder.appendAt(char, at);
        at += escapeLength(source[at + 1]);
        continue;
      }
    }
    // Blanks of the value may come from a line end, and indentation belongs to no character.
    while (
      at < range.end &&
      source[at] !== char &&
      /\s/.test(source[at] ?? '') &&
      !(char === ' ' && source[at] === '\n')
    )
      at++;
    if (source[at] === char || (char === ' ' && source[at] === '\n')) {
      builder.append(char, at);
      at += char.length;
      if (scalar.type === 'QUOTE_SINGLE' && char === "'") at++;
    } else {
      builder.appendAt(char, Math.min(start, Math.max(range.start, range.end - 1)));
      at = start;
    }
  }
  return builder.build();
}

function escapeLength(kind: string | undefined): number {
  return kind === 'x' ? 4 : kind === 'u' ? 6 : kind === 'U' ? 10 : 2;
}

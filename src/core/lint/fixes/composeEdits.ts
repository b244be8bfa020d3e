import { type Document, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { readYaml } from '../../compose/readYaml.ts';
import { rangeOf } from '../../compose/yamlNodes.ts';
import type { TextEdit } from '../../text/TextEdit.ts';

/**
 * Adds to a compose file as a person would: one more line in the style of those around it. Comments, quotes, anchors and whatever else
 * stands in the file stay as they are. `undefined` where that cannot be done: on one line, or where an anchor or a merge has the place.
 */
export class ComposeEdits {
  readonly #text: string;
  readonly #root: YAMLMap | undefined;
  readonly #newline: string;

  constructor(text: string) {
    this.#text = text;
    this.#newline = text.includes('\r\n') ? '\r\n' : '\n';
    this.#root = rootOf(text);
  }

  /** An item for a list of a service, such as `./state:/home/node/.openclaw` for `volumes`. */
  addToList(service: string, key: string, item: string): TextEdit | undefined {
    const map = this.#service(service);
    if (map === undefined) return undefined;
    const list = ownPair(map, key);
    if (list === undefined) return this.#addKey(map, key, (indent) => [`${key}:`, `${indent}- ${item}`]);
    const value = list.value;
    if (!isSeq(value) || value.anchor !== undefined) return undefined;
    return value.flow === true
      ? this.#addToFlow(value, `"${item}"`)
      : this.#afterLastItem(value, (before) => `${before}- ${item}`);
  }

  /** A variable for a service, in the form that its environment has. */
  addVariable(service: string, name: string, value: string): TextEdit | undefined {
    const map = this.#service(service);
    if (map === undefined) return undefined;
    const value_ = ownPair(map, 'environment')?.value;
    if (value_ === undefined || (isScalar(value_) && value_.value === null)) {
      if (value_ !== undefined) return undefined;
      return this.#addKey(map, 'environment', (indent) => ['environment:', `${indent}${name}: ${value}`]);
    }
    if (isSeq(value_))
      return value_.flow === true
        ? this.#addToFlow(value_, `"${name}=${value}"`)
        : this.#afterLastItem(value_, (before) => `${before}- ${name}=${value}`);
    if (!isMap(value_)) return undefined;
    return value_.flow === true
      ? this.#addToFlow(value_, `${name}: "${value}"`)
      : this.#afterLastItem(value_, (before) => `${before}${name}: ${value}`);
  }

  /** A key with a scalar value, below the image or at the top of the service. */
  addKey(service: string, key: string, value: string): TextEdit | undefined {
    const map = this.#service(service);
    return map === undefined || ownPair(map, key) !== undefined
      ? undefined
      : this.#addKey(map, key, () => [`${key}: ${value}`]);
  }

  /** Declares a named volume; no edit where it is declared already. */
  declareVolume(name: string): readonly TextEdit[] | undefined {
    if (this.#root === undefined) return undefined;
    const volumes = ownPair(this.#root, 'volumes')?.value;
    if (isMap(volumes)) {
      if (ownPair(volumes, name) !== undefined) return [];
      const edit =
        volumes.flow === true
          ? this.#addToFlow(volumes, `${name}: {}`)
          : this.#afterLastItem(volumes, (before) => `${before}${name}:`);
      return edit === undefined ? undefined : [edit];
    }
    if (volumes !== undefined) return undefined;
    const end = this.#text.length;
    const gap = this.#text.endsWith('\n') ? this.#newline : this.#newline + this.#newline;
    return [insert(end, `${gap}volumes:${this.#newline}  ${name}:${this.#newline}`)];
  }

  #service(name: string): YAMLMap | undefined {
    const services = this.#root === undefined ? undefined : ownPair(this.#root, 'services')?.value;
    const map = isMap(services) ? ownPair(services, name)?.value : undefined;
    return isMap(map) && map.flow !== true ? map : undefined;
  }

  #addKey(map: YAMLMap, key: string, lines: (indent: string) => readonly string[]): TextEdit | undefined {
    const [first] = map.items;
    if (
      map.items.some((pair) => isScalar(pair.key) && pair.key.value === '<<') &&
      (key === 'volumes' || key === 'environment')
    )
      return undefined;
    const image = ownPair(map, 'image');
    const isOneLine = image !== undefined && isScalar(image.value) && !this.#spansLines(image.value);
    const at =
      isOneLine && isScalar(image.value)
        ? this.#lineEnd(rangeOf(image.value).end)
        : this.#lineStart(keyStart(first)) - this.#newline.length;
    const start = keyStart(isOneLine ? image : first);
    const indent = this.#text.slice(this.#lineStart(start), start);
    if (at < 0 || indent.trim() !== '') return undefined;
    const deeper = `${indent}${this.#step(indent)}`;
    return insert(
      at,
      lines(deeper.slice(indent.length))
        .map((line) => `${this.#newline}${indent}${line}`)
        .join(''),
    );
  }

  /** How far the file moves in at each level. */
  #step(indent: string): string {
    const service = /^services:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*([ \t]+)/m.exec(this.#text)?.[1] ?? '';
    return service !== '' && service.length < indent.length ? ' '.repeat(service.length) : '  ';
  }

  /** In a block: on a line of its own below the last item, however many lines that has. */
  #afterLastItem(list: YAMLSeq | YAMLMap, line: (indent: string) => string): TextEdit | undefined {
    const last = list.items.at(-1);
    const first = list.items[0];
    const start = isSeq(list) ? rangeOf(first as Node).start : keyStart(first as Pair);
    const before = this.#text.slice(this.#lineStart(start), start);
    const indent = /^[ \t]*/.exec(before)?.[0] ?? '';
    const end = isSeq(list) ? contentEnd(last as Node) : pairEnd(last as Pair);
    if (last === undefined || (isSeq(list) ? !/^[ \t]*-[ \t]+(?:&\w+[ \t]+)?$/.test(before) : before.trim() !== ''))
      return undefined;
    return insert(this.#lineEnd(this.#withoutBlanks(end)), `${this.#newline}${line(indent)}`);
  }

  #addToFlow(list: YAMLSeq | YAMLMap, item: string): TextEdit | undefined {
    const { end } = rangeOf(list);
    const close = end - 1;
    if (!/[\]}]/.test(this.#text[close] ?? '')) return undefined;
    const inside = this.#text.slice(rangeOf(list).start + 1, close);
    if (inside.includes('\n')) return undefined;
    const at = close - (/[ \t]*$/.exec(inside)?.[0].length ?? 0);
    return insert(at, inside.trim() === '' ? item : `, ${item}`);
  }

  /** A node's range may hold the line end behind it. */
  #withoutBlanks(end: number): number {
    let at = end;
    while (at > 0 && /\s/.test(this.#text[at - 1] ?? '')) at--;
    return at;
  }

  #spansLines(node: Node): boolean {
    const { start, end } = rangeOf(node);
    return this.#text.slice(start, this.#withoutBlanks(end)).includes('\n');
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  #lineEnd(offset: number): number {
    const end = this.#text.indexOf('\n', offset);
    if (end === -1) return this.#text.length;
    return this.#text[end - 1] === '\r' ? end - 1 : end;
  }
}

function rootOf(text: string): YAMLMap | undefined {
  let document: Document.Parsed;
  try {
    document = readYaml(text, { uniqueKeys: false });
  } catch {
    return undefined;
  }
  return document.errors.length === 0 && isMap(document.contents) ? document.contents : undefined;
}

function ownPair(map: YAMLMap, key: string): Pair | undefined {
  return (map.items as Pair[]).find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function keyStart(pair: Pair | undefined): number {
  return isScalar(pair?.key) ? rangeOf(pair.key).start : 0;
}

function pairEnd(pair: Pair | undefined): number {
  const node = pair?.value as Node | null | undefined;
  const keyEnd = isScalar(pair?.key) ? rangeOf(pair.key).end + 1 : 0;
  return node === null || node === undefined ? keyEnd : Math.max(keyEnd, contentEnd(node));
}

/** Of a list or mapping the end of what stands last in it: its own range goes on to what follows. */
function contentEnd(node: Node | undefined): number {
  if (node === undefined) return 0;
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last !== undefined) return isMap(node) ? pairEnd(last as Pair) : contentEnd(last as Node);
  }
  return rangeOf(node).end;
}

function insert(at: number, newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}

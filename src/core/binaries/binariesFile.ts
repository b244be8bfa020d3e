import { type Document, isMap, isNode, isScalar } from 'yaml';
import { readYaml } from '../compose/readYaml.ts';
import { blankJsonComments } from '../text/blankJsonComments.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { CatalogBinary } from './catalog.ts';
import { type EntryProblem, readBinaryEntries } from './readBinaryEntries.ts';

export interface BinariesFile {
  readonly binaries: readonly CatalogBinary[];
  readonly problems: readonly { readonly range: TextRange; readonly message: string }[];
}

/** Reads JSON, comments and trailing commas allowed; what can be understood of a broken text counts. */
export function readBinariesFile(text: string): BinariesFile {
  const whole: TextRange = { start: 0, end: endOfLine(text, 0) };
  let document: Document.Parsed;
  let value: unknown;
  try {
    // JSON is YAML, and the YAML parser keeps the offsets.
    document = readYaml(blankJsonComments(text));
    value = document.toJS();
  } catch {
    return { binaries: [], problems: [{ range: whole, message: 'This is nested too deeply to be read.' }] };
  }
  const [syntax] = document.errors;
  const { binaries, problems } = readBinaryEntries(value ?? null);
  return {
    binaries,
    problems: [
      ...(syntax === undefined
        ? []
        : [{ range: rangeOf(text, syntax.pos), message: `This is not JSON: ${sentence(syntax.message)}` }]),
      ...problems.map((problem) => ({ range: placeOf(text, document, problem), message: problem.message })),
    ],
  };
}

function placeOf(text: string, document: Document.Parsed, { path, isKey }: EntryProblem): TextRange {
  if (isKey === true) {
    const parent = document.getIn(path.slice(0, -1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path.at(-1))?.key
      : undefined;
    if (isScalar(key) && key.range) return rangeOf(text, [key.range[0], key.range[1]]);
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const range = isNode(node) ? node.range : undefined;
  return range ? rangeOf(text, [range[0], range[1]]) : rangeOf(text, [0, text.length]);
}

/** Of a value with many lines the first one is enough. */
function rangeOf(text: string, [start, end]: readonly [number, number]): TextRange {
  return { start, end: Math.max(start, Math.min(end, endOfLine(text, start))) };
}

function endOfLine(text: string, offset: number): number {
  const end = /\r?\n/.exec(text.slice(offset))?.index;
  return end === undefined ? text.length : offset + end;
}

function sentence(message: string): string {
  return `${message.replace(/\.$/, '')}.`;
}

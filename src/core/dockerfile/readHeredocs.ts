import type { TextRange } from '../text/TextRange.ts';

/** A here-document of a RUN, COPY or ADD. */
export interface Heredoc {
  readonly name: string;
  /** Where `<<NAME` stands in the instruction's line. */
  readonly marker: TextRange;
  /** The lines between, with their line ends. */
  readonly body: TextRange;
  /** `<<-`: leading tabs are removed. */
  readonly stripsTabs: boolean;
  /** The name was not quoted: variables are replaced. */
  readonly expands: boolean;
}

export interface FoundHeredoc extends Heredoc {
  /** End of the closing line, or of the text where it is missing. */
  readonly end: number;
}

/** A word with its quotes: `<<` counts only at the start of one. */
const word = /(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\])+/gs;
const marker = /^(\d*)<<(-?)(["']?)([\w.@%+-]+)\3(?=$|[;&|<>)])/;
/** With a blank before the name, which the builder takes since BuildKit 0.22 (moby/buildkit#5817); `1 << 2` is none. */
const spacedMarker = /(\d*)<<(-?)[ \t]+(["']?)([A-Za-z_][\w.@%+-]*)\3(?=$|[\s;&|<>)])/y;

/** Finds the here-documents that an instruction's line (`from`..`lineEnd`) opens and reads their bodies from `bodyStart` on. */
export function readHeredocs(
  text: string,
  from: number,
  lineEnd: number,
  bodyStart: number,
  closings = new ClosingLines(text),
): readonly FoundHeredoc[] {
  const heredocs: FoundHeredoc[] = [];
  let at = bodyStart;
  const head = text.slice(from, lineEnd);
  for (const found of head.matchAll(word)) {
    const match = marker.exec(found[0]) ?? spaced(head, found);
    if (match === null) continue;
    const name = match[4] ?? '';
    if (match.input === head && !closings.follows(name, at)) continue;
    const stripsTabs = match[2] === '-';
    const start = from + found.index;
    const bodyFrom = Math.min(at, text.length);
    let bodyEnd = text.length;
    let end = text.length;
    while (at < text.length) {
      const newline = text.indexOf('\n', at);
      const stop = newline === -1 ? text.length : newline;
      let line = text.slice(at, stop);
      if (line.endsWith('\r')) line = line.slice(0, -1);
      if ((stripsTabs ? line.replace(/^\t+/, '') : line) === name) {
        bodyEnd = at;
        end = at + line.length;
        at = stop + 1;
        break;
      }
      at = stop + 1;
    }
    heredocs.push({
      name,
      marker: { start, end: start + match[0].length },
      body: { start: bodyFrom, end: Math.max(bodyFrom, bodyEnd) },
      end,
      stripsTabs,
      expands: match[3] === '',
    });
  }
  return heredocs;
}

function spaced(head: string, { 0: word, index }: RegExpExecArray): RegExpExecArray | null {
  if (!/^\d*<<-?$/.test(word)) return null;
  spacedMarker.lastIndex = index;
  return spacedMarker.exec(head);
}

/** Where each line that is one word stands for the last time; looking for each marker to the end would take quadratic time. */
export class ClosingLines {
  readonly #text: string;
  #last: Map<string, number> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Somebody wanted to know what follows far below. */
  get wereAsked(): boolean {
    return this.#last !== undefined;
  }

  /** A line of that name follows. */
  follows(name: string, from: number): boolean {
    this.#last ??= lastLines(this.#text);
    return (this.#last.get(name) ?? -1) >= from;
  }
}

function lastLines(text: string): Map<string, number> {
  const last = new Map<string, number>();
  for (const { 1: name = '', index } of text.matchAll(/^\t*([A-Za-z_][\w.@%+-]*)\r?$/gm)) last.set(name, index);
  return last;
}

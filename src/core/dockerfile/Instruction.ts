import { Anchor } from '../text/Anchor.ts';
import { MappedText } from '../text/MappedText.ts';
import { Remembering } from '../text/Remembering.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { Heredoc } from './readHeredocs.ts';

/** From the escape character at a line's end to the start of the line that continues it. */
export type JoinedLine = TextRange;

/** `--name=value` between the keyword and the arguments. */
export interface Flag {
  readonly name: string;
  readonly value: string;
  readonly range: TextRange;
}

/** A word of an instruction's arguments, quotes removed. */
export interface Word {
  readonly value: string;
  readonly range: TextRange;
}

/** As the splitter finds them: offsets of the document. */
export interface InstructionParts {
  /** In capitals. */
  readonly keyword: string;
  readonly start: number;
  readonly keywordEnd: number;
  /** End of the instruction without its here-documents. */
  readonly headEnd: number;
  readonly end: number;
  readonly joins: readonly JoinedLine[];
  readonly heredocs: readonly Heredoc[];
}

/**
 * One instruction of a Dockerfile. Its parts are worked out when they are first asked for. It knows its own text only: when an edit
 * elsewhere moves it, all ranges in it follow.
 */
export class Instruction extends Remembering {
  /** In capitals. */
  readonly keyword: string;
  readonly heredocs: readonly Heredoc[];
  readonly #text: string;
  readonly #anchor: Anchor;
  // All that follows counts from the instruction's start.
  readonly #keywordEnd: number;
  readonly #headEnd: number;
  readonly #joins: readonly JoinedLine[];
  #body: MappedText | undefined;
  #bodyStart = 0;
  #flags: readonly Flag[] | undefined;
  #words: readonly Word[] | undefined;

  constructor(source: string, parts: InstructionParts) {
    super();
    const { start } = parts;
    this.#anchor = new Anchor(start);
    this.#text = source.slice(start, parts.end);
    this.keyword = parts.keyword;
    this.#keywordEnd = parts.keywordEnd - start;
    this.#headEnd = parts.headEnd - start;
    this.#joins =
      parts.joins.length === 0
        ? parts.joins
        : parts.joins.map((join) => ({ start: join.start - start, end: join.end - start }));
    this.heredocs = parts.heredocs.length === 0 ? parts.heredocs : parts.heredocs.map((heredoc) => this.#own(heredoc));
  }

  get keywordRange(): TextRange {
    return this.#anchor.range(0, this.#keywordEnd);
  }

  /** All of it as it is written. */
  get text(): string {
    return this.#text;
  }

  /** All of it, here-documents included, without the last line end. */
  get range(): TextRange {
    return this.#anchor.range(0, this.#text.length);
  }

  /** Of `range`. */
  get start(): number {
    return this.#anchor.offset;
  }

  /** The same text, perhaps elsewhere: then all that is known of it holds. */
  isAt(source: string, start: number, end: number): boolean {
    return end - start === this.#text.length && source.startsWith(this.#text, start);
  }

  moveTo(start: number): void {
    this.#anchor.moveTo(start);
  }

  /**
   * What follows the flags, as long as in the document: continuations, and comments between continued lines, are blanks.
   * Includes the here-documents, as a shell reads them.
   */
  get body(): MappedText {
    this.#body ??= this.#readBody();
    return this.#body;
  }

  get flags(): readonly Flag[] {
    this.#flags ??= this.#readFlags();
    return this.#flags;
  }

  flag(name: string): Flag | undefined {
    return this.flags.find((flag) => flag.name === name);
  }

  /** The arguments split at blanks, without here-document bodies. */
  get words(): readonly Word[] {
    this.#words ??= splitWords(this.body, Math.max(0, this.#headEnd - this.#bodyStartOf()));
    return this.#words;
  }

  /** Any part of the instruction, as it is written. */
  sourceText(range: TextRange): string {
    const { offset } = this.#anchor;
    return this.#text.slice(range.start - offset, range.end - offset);
  }

  /** Text of a here-document. */
  heredocText({ body }: Heredoc): MappedText {
    const { offset } = this.#anchor;
    const start = body.start - offset;
    return new MappedText(this.#text.slice(start, body.end - offset), start, undefined, this.#anchor);
  }

  #own(heredoc: Heredoc): Heredoc {
    const { offset } = this.#anchor;
    const moving = ({ start, end }: TextRange): TextRange => this.#anchor.range(start - offset, end - offset);
    const { name, marker, body, stripsTabs, expands } = heredoc;
    return { name, marker: moving(marker), body: moving(body), stripsTabs, expands };
  }

  #bodyStartOf(): number {
    this.#body ??= this.#readBody();
    return this.#bodyStart;
  }

  #readBody(): MappedText {
    const from = this.#flagsEnd();
    const joined = this.#joined(from);
    let start = 0;
    while (start < joined.length && isSpace(joined.charCodeAt(start))) start++;
    this.#bodyStart = from + start;
    return new MappedText(joined.slice(start), from + start, undefined, this.#anchor);
  }

  #flagsEnd(): number {
    const last = this.flags.at(-1);
    return last === undefined ? this.#keywordEnd : last.range.end - this.#anchor.offset;
  }

  #joined(from: number): string {
    const end = this.#text.length;
    if (this.#joins.length === 0) return this.#text.slice(from);
    let text = '';
    let at = from;
    for (const join of this.#joins) {
      if (join.end <= at || join.start >= end) continue;
      const stop = Math.min(join.end, end);
      text += this.#text.slice(at, Math.max(at, join.start)) + ' '.repeat(stop - Math.max(at, join.start));
      at = stop;
    }
    return text + this.#text.slice(at, end);
  }

  #readFlags(): readonly Flag[] {
    const from = this.#keywordEnd;
    let first = from;
    while (isSpace(this.#text.charCodeAt(first))) first++;
    // Most instructions have none, and need no pattern to say so.
    if (this.#text.charCodeAt(first) !== hyphen && this.#joins[0]?.start !== first) return noFlags;
    const flags: Flag[] = [];
    const head = this.#joined(from);
    const pattern = /\s+--([a-zA-Z][\w-]*)(?:=((?:"[^"]*"|'[^']*'|[^\s"'])*))?(?=\s|$)/y;
    for (let match = pattern.exec(head); match !== null; match = pattern.exec(head)) {
      const start = from + match.index + match[0].search(/\S/);
      const range = this.#anchor.range(start, from + pattern.lastIndex);
      flags.push({ name: match[1] ?? '', value: unquote(match[2] ?? ''), range });
    }
    return flags;
  }
}

const noFlags: readonly Flag[] = [];
const hyphen = 0x2d;

/** As `\s` has it. */
function isSpace(code: number): boolean {
  if (code <= 0x7f) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return /\s/.test(String.fromCharCode(code));
}

const wordPattern = /(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\]|\\$)+/gs;

function splitWords(body: MappedText, length: number): readonly Word[] {
  const text = body.text.slice(0, length);
  const words: Word[] = [];
  if (!/["'\\]/.test(text)) {
    // Words are what stands between blanks.
    for (let start = 0; start < text.length; ) {
      while (start < text.length && isSpace(text.charCodeAt(start))) start++;
      let end = start;
      while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
      if (end > start) words.push({ value: text.slice(start, end), range: body.sourceRange(start, end) });
      start = end;
    }
    return words;
  }
  for (const match of text.matchAll(wordPattern)) {
    words.push({ value: unquote(match[0]), range: body.sourceRange(match.index, match.index + match[0].length) });
  }
  return words;
}

/** Quotes and backslashes removed, as the builder does with a word. */
function unquote(word: string): string {
  if (!/["'\\]/.test(word)) return word;
  return word.replace(
    /"((?:\\.|[^"\\])*)"?|'([^']*)'?|\\(.)/gs,
    (_, double?: string, single?: string, escaped?: string) =>
      double !== undefined ? double.replace(/\\(["\\$])/g, '$1') : (single ?? escaped ?? ''),
  );
}

import { MappedText } from '../text/MappedText.ts';
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

interface InstructionParts {
  readonly source: string;
  readonly keyword: string;
  readonly keywordRange: TextRange;
  readonly headEnd: number;
  readonly range: TextRange;
  readonly joins: readonly JoinedLine[];
  readonly heredocs: readonly Heredoc[];
}

/** One instruction of a Dockerfile. Its parts are worked out when they are first asked for. */
export class Instruction {
  /** In capitals. */
  readonly keyword: string;
  readonly keywordRange: TextRange;
  /** All of it, here-documents included, without the last line end. */
  readonly range: TextRange;
  readonly heredocs: readonly Heredoc[];
  readonly #source: string;
  readonly #headEnd: number;
  readonly #joins: readonly JoinedLine[];
  #body: MappedText | undefined;
  #flags: readonly Flag[] | undefined;
  #words: readonly Word[] | undefined;

  constructor(parts: InstructionParts) {
    this.keyword = parts.keyword;
    this.keywordRange = parts.keywordRange;
    this.range = parts.range;
    this.heredocs = parts.heredocs;
    this.#source = parts.source;
    this.#headEnd = parts.headEnd;
    this.#joins = parts.joins;
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
    this.#words ??= splitWords(this.body, Math.max(0, this.#headEnd - this.body.sourceOffset(0)));
    return this.#words;
  }

  /** Any part of the Dockerfile that holds the instruction. */
  sourceText(range: TextRange): string {
    return this.#source.slice(range.start, range.end);
  }

  /** Text of a here-document. */
  heredocText(heredoc: Heredoc): MappedText {
    return new MappedText(this.#source.slice(heredoc.body.start, heredoc.body.end), heredoc.body.start);
  }

  #readBody(): MappedText {
    const flags = this.flags;
    const from = flags.at(-1)?.range.end ?? this.keywordRange.end;
    const joined = this.#joined(from);
    let start = 0;
    while (start < joined.length && /\s/.test(joined[start] ?? '')) start++;
    return new MappedText(joined.slice(start), from + start);
  }

  #joined(from: number): string {
    const { end } = this.range;
    if (this.#joins.length === 0) return this.#source.slice(from, end);
    let text = '';
    let at = from;
    for (const join of this.#joins) {
      if (join.end <= at || join.start >= end) continue;
      const stop = Math.min(join.end, end);
      text += this.#source.slice(at, Math.max(at, join.start)) + ' '.repeat(stop - Math.max(at, join.start));
      at = stop;
    }
    return text + this.#source.slice(at, end);
  }

  #readFlags(): readonly Flag[] {
    const head = this.#joined(this.keywordRange.end);
    const flags: Flag[] = [];
    const pattern = /\s+--([a-zA-Z][\w-]*)(?:=((?:"[^"]*"|'[^']*'|[^\s"'])*))?(?=\s|$)/y;
    for (let match = pattern.exec(head); match !== null; match = pattern.exec(head)) {
      const end = this.keywordRange.end + pattern.lastIndex;
      const start = this.keywordRange.end + match.index + match[0].search(/\S/);
      flags.push({ name: match[1] ?? '', value: unquote(match[2] ?? ''), range: { start, end } });
    }
    return flags;
  }
}

const wordPattern = /(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\]|\\$)+/gs;

function splitWords(body: MappedText, length: number): readonly Word[] {
  const text = body.text.slice(0, length);
  const words: Word[] = [];
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

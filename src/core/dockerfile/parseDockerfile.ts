import { Remembering } from '../text/Remembering.ts';
import type { TextRange } from '../text/TextRange.ts';
import { Instruction, type JoinedLine } from './Instruction.ts';
import { readHeredocs } from './readHeredocs.ts';

/** A Dockerfile as BuildKit splits it. */
export class Dockerfile extends Remembering {
  readonly text: string;
  /** The escape character: `\\`, or the backtick of a `# escape=` directive. */
  readonly escape: string;
  readonly instructions: readonly Instruction[];
  /** Comment lines, directives included, in order; those between continued lines too. */
  readonly comments: readonly TextRange[];

  constructor(
    text: string,
    escapeCharacter: string,
    instructions: readonly Instruction[],
    comments: readonly TextRange[],
  ) {
    super();
    this.text = text;
    this.escape = escapeCharacter;
    this.instructions = instructions;
    this.comments = comments;
  }
}

const directive = /^#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(\S.*?)[ \t\r]*$/;
const heredocKeywords = new Set(['RUN', 'COPY', 'ADD', 'ONBUILD']);

/**
 * Splits a Dockerfile into instructions in one pass: parser directives, line continuations with comments and empty lines in between,
 * and here-documents (https://docs.docker.com/reference/dockerfile/#format and #here-documents).
 */
export function parseDockerfile(text: string): Dockerfile {
  const instructions: Instruction[] = [];
  const comments: TextRange[] = [];
  let escapeCharacter = '\\';
  let directivesDone = false;
  // Looked for once and not from each instruction on, or a long file without any would take quadratic time.
  let nextMarker = text.indexOf('<<');
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const start = skipBlanks(text, at, lineEnd);
    if (start === lineEnd) {
      directivesDone = true;
      at = lineEnd + 1;
      continue;
    }
    if (text.charCodeAt(start) === hash) {
      comments.push({ start, end: trimEnd(text, start, lineEnd) });
      if (!directivesDone) {
        const match = directive.exec(text.slice(start, lineEnd));
        if (match === null) directivesDone = true;
        else if (match[1]?.toLowerCase() === 'escape' && match[2] === '`') escapeCharacter = '`';
      }
      at = lineEnd + 1;
      continue;
    }
    directivesDone = true;
    const logical = readLogicalLine(text, start, lineEnd, escapeCharacter, comments);
    const keyword = readKeyword(text, start, logical.end);
    let end = logical.end;
    let heredocs: ReturnType<typeof readHeredocs> = [];
    if (nextMarker !== -1 && nextMarker < start) nextMarker = text.indexOf('<<', start);
    if (heredocKeywords.has(keyword.name) && nextMarker !== -1 && nextMarker < end) {
      heredocs = readHeredocs(text, keyword.end, logical.end, logical.next);
      const last = heredocs.at(-1);
      if (last !== undefined) {
        end = last.end;
        logical.next = endOfLine(text, last.end) + 1;
      }
    }
    instructions.push(
      new Instruction({
        source: text,
        keyword: keyword.name,
        keywordRange: { start, end: keyword.end },
        headEnd: logical.end,
        range: { start, end },
        joins: logical.joins,
        heredocs,
      }),
    );
    at = logical.next;
  }
  return new Dockerfile(text, escapeCharacter, instructions, comments);
}

interface LogicalLine {
  /** End of the last character that belongs to the instruction itself. */
  readonly end: number;
  /** Start of the line after it. */
  next: number;
  readonly joins: readonly JoinedLine[];
}

const noJoins: readonly JoinedLine[] = [];

function readLogicalLine(
  text: string,
  start: number,
  firstLineEnd: number,
  escapeCharacter: string,
  comments: TextRange[],
): LogicalLine {
  const escapeCode = escapeCharacter.charCodeAt(0);
  let lineStart = start;
  let lineEnd = firstLineEnd;
  let joins: JoinedLine[] | undefined;
  let end = start;
  for (;;) {
    const contentEnd = trimEnd(text, lineStart, lineEnd);
    const continued =
      contentEnd > lineStart &&
      text.charCodeAt(contentEnd - 1) === escapeCode &&
      !(contentEnd - 2 >= lineStart && text.charCodeAt(contentEnd - 2) === escapeCode);
    if (!continued) {
      end = Math.max(end, contentEnd);
      break;
    }
    end = contentEnd - 1;
    let next = lineEnd + 1;
    // Comments and empty lines inside a continued instruction belong to nobody.
    while (next < text.length) {
      const nextEnd = endOfLine(text, next);
      const nextStart = skipBlanks(text, next, nextEnd);
      if (nextStart < nextEnd && text.charCodeAt(nextStart) !== hash) break;
      if (nextStart < nextEnd) comments.push({ start: nextStart, end: trimEnd(text, nextStart, nextEnd) });
      next = nextEnd + 1;
    }
    if (next >= text.length) {
      joins ??= [];
      joins.push({ start: contentEnd - 1, end: text.length });
      return { end: trimEnd(text, start, end), next: text.length, joins };
    }
    joins ??= [];
    joins.push({ start: contentEnd - 1, end: next });
    lineStart = next;
    lineEnd = endOfLine(text, next);
  }
  return { end, next: lineEnd + 1, joins: joins ?? noJoins };
}

function readKeyword(text: string, start: number, end: number): { readonly name: string; readonly end: number } {
  let at = start;
  while (at < end && !isBlank(text.charCodeAt(at))) at++;
  return { name: text.slice(start, at).toUpperCase(), end: at };
}

const hash = 0x23;

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

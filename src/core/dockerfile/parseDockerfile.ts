import { Remembering } from '../text/Remembering.ts';
import type { TextRange } from '../text/TextRange.ts';
import { Instruction, type InstructionParts, type JoinedLine } from './Instruction.ts';
import { ClosingLines, readHeredocs } from './readHeredocs.ts';

/** A Dockerfile as BuildKit splits it. */
export class Dockerfile extends Remembering {
  readonly text: string;
  /** The escape character: `\\`, or the backtick of a `# escape=` directive. */
  readonly escape: string;
  readonly instructions: readonly Instruction[];
  /** Comment lines, directives included, in order; those between continued lines too. */
  readonly comments: readonly TextRange[];
  #previous: Dockerfile | undefined;

  constructor(
    text: string,
    escapeCharacter: string,
    instructions: readonly Instruction[],
    comments: readonly TextRange[],
    previous?: Dockerfile,
  ) {
    super();
    this.text = text;
    this.escape = escapeCharacter;
    this.instructions = instructions;
    this.comments = comments;
    this.#previous = previous;
    // Else the last one would hold all that were before it.
    if (previous !== undefined) previous.#previous = undefined;
  }

  /** What the file was before the last edit, to take over what is the same. */
  get previous(): Dockerfile | undefined {
    return this.#previous;
  }
}

const directive = /^#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(\S.*?)[ \t\r]*$/;
const heredocKeywords = new Set(['RUN', 'COPY', 'ADD', 'ONBUILD']);

/**
 * Splits a Dockerfile into instructions in one pass: parser directives, line continuations with comments and empty lines in between,
 * and here-documents (https://docs.docker.com/reference/dockerfile/#format and #here-documents). Instructions that are as they were
 * in `previous`, an earlier text of the same file, are taken over from it and moved to where they stand now; it must not be used after.
 */
export function parseDockerfile(text: string, previous?: Dockerfile): Dockerfile {
  const found: InstructionParts[] = [];
  const comments: TextRange[] = [];
  let escapeCharacter = '\\';
  let directivesDone = false;
  // Looked for once and not from each instruction on, or a long file without any would take quadratic time.
  let nextMarker = text.indexOf('<<');
  const closings = new ClosingLines(text);
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
      heredocs = readHeredocs(text, keyword.end, logical.end, logical.next, closings);
      const last = heredocs.at(-1);
      if (last !== undefined) {
        end = last.end;
        logical.next = endOfLine(text, last.end) + 1;
      }
    }
    found.push({
      keyword: keyword.name,
      start,
      keywordEnd: keyword.end,
      headEnd: logical.end,
      end,
      joins: logical.joins,
      heredocs,
    });
    at = logical.next;
  }
  const known = previous?.escape === escapeCharacter ? previous.instructions : [];
  return new Dockerfile(text, escapeCharacter, toInstructions(text, found, known), comments, previous);
}

/** An edit changes some instructions in the middle: those before and after it are known. */
function toInstructions(
  text: string,
  found: readonly InstructionParts[],
  known: readonly Instruction[],
): readonly Instruction[] {
  const instructions: Instruction[] = [];
  const most = Math.min(found.length, known.length);
  const isKnown = (part: InstructionParts | undefined, instruction: Instruction | undefined): boolean =>
    part !== undefined && instruction?.isAt(text, part.start, part.end) === true;
  let before = 0;
  while (before < most && isKnown(found[before], known[before])) before++;
  let after = 0;
  while (after < most - before && isKnown(found.at(-1 - after), known.at(-1 - after))) after++;
  for (const [index, parts] of found.entries()) {
    const fromEnd = found.length - index;
    const same = index < before ? known[index] : fromEnd <= after ? known.at(-fromEnd) : undefined;
    same?.moveTo(parts.start);
    instructions.push(same ?? new Instruction(text, parts));
  }
  return instructions;
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

import { Remembering } from '../text/Remembering.ts';
import { sharedEnd, sharedStart } from '../text/sharedParts.ts';
import type { TextRange } from '../text/TextRange.ts';
import { Instruction, type InstructionParts, type JoinedLine } from './Instruction.ts';
import { ClosingLines, readHeredocs } from './readHeredocs.ts';

interface DockerfileParts {
  /** The escape character: `\\`, or the backtick of a `# escape=` directive. */
  readonly escape: string;
  readonly instructions: readonly Instruction[];
  /** Comment lines, directives included, in order; those between continued lines too. */
  readonly comments: readonly TextRange[];
  /** Some line was understood by what stands far below it: an edit there may change it. */
  readonly looksAhead: boolean;
}

/** A Dockerfile as BuildKit splits it. */
export class Dockerfile extends Remembering implements DockerfileParts {
  readonly text: string;
  readonly escape: string;
  readonly instructions: readonly Instruction[];
  readonly comments: readonly TextRange[];
  readonly looksAhead: boolean;
  #previous: Dockerfile | undefined;

  constructor(text: string, parts: DockerfileParts, previous?: Dockerfile) {
    super();
    this.text = text;
    this.escape = parts.escape;
    this.instructions = parts.instructions;
    this.comments = parts.comments;
    this.looksAhead = parts.looksAhead;
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
 * and here-documents (https://docs.docker.com/reference/dockerfile/#format and #here-documents). Of `previous`, an earlier text of the
 * same file, all that stands before and after the edit is taken over, the instructions moved to where they stand now; it must not be
 * used after.
 */
export function parseDockerfile(text: string, previous?: Dockerfile): Dockerfile {
  const kept = new KeptParts(text, previous);
  const found: InstructionParts[] = [];
  const comments: TextRange[] = [...kept.commentsBefore];
  let escapeCharacter = kept.count === 0 ? '\\' : kept.escape;
  let directivesDone = kept.count > 0;
  let at = kept.count > 0 ? kept.end : text.charCodeAt(0) === 0xfeff ? 1 : 0;
  // Looked for once and not from each instruction on, or a long file without any would take quadratic time.
  let nextMarker = text.indexOf('<<', at);
  const closings = new ClosingLines(text);
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
    if (kept.reachAt(start, escapeCharacter)) break;
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
  const parts = {
    escape: escapeCharacter,
    instructions: [
      ...kept.before,
      ...toInstructions(text, found, escapeCharacter === kept.escape ? kept.between : []),
      ...kept.after(),
    ],
    comments: [...comments, ...kept.commentsAfter()],
    looksAhead: closings.wereAsked || kept.looksAhead,
  };
  return new Dockerfile(text, parts, previous);
}

/** What an edit leaves as it is of the text before: the instructions above it, and those below it from the first that is reached. */
class KeptParts {
  /** Of the instructions above the edit. */
  readonly count: number;
  /** Where they end: the start of the line from which on there is something to read. */
  readonly end: number;
  readonly #previous: Pick<Dockerfile, 'escape' | 'instructions' | 'comments' | 'looksAhead'>;
  /** From here on the text is as before. */
  readonly #sameFrom: number;
  /** By how much the edit moved what stands below it. */
  readonly #shift: number;
  /** Of the first instruction below the edit, and where it was; all before it are read anew. */
  #next: number;
  #nextStart = Number.POSITIVE_INFINITY;
  /** Those before it are above the place that was asked for last. */
  #candidate: number;

  constructor(text: string, previous: Dockerfile | undefined) {
    this.#previous = previous ?? nothingBefore;
    const { instructions, looksAhead } = this.#previous;
    const before = previous?.text ?? '';
    const start = sharedStart(text, before);
    this.#sameFrom = text.length - sharedEnd(text, before, start);
    this.#shift = text.length - before.length;
    this.#next = instructions.length;
    // The last that begins before the edit may have been changed by it, up to the line in front of the next one.
    const last = looksAhead ? 0 : lastBefore(instructions, start);
    this.count = Math.max(0, last);
    this.#candidate = this.count;
    const first = this.count > 0 ? instructions[this.count] : undefined;
    this.end = first === undefined ? 0 : text.lastIndexOf('\n', first.start - 1) + 1;
  }

  get escape(): string {
    return this.#previous.escape;
  }

  get looksAhead(): boolean {
    return this.#next < this.#previous.instructions.length && this.#previous.looksAhead;
  }

  get before(): readonly Instruction[] {
    return this.#previous.instructions.slice(0, this.count);
  }

  /** Those that are replaced by what was read. */
  get between(): readonly Instruction[] {
    return this.#previous.instructions.slice(this.count, this.#next);
  }

  get commentsBefore(): readonly TextRange[] {
    return this.#previous.comments.filter(({ start }) => start < this.end);
  }

  /** Whether all from an instruction on is as it was: then nothing more is to be read. */
  reachAt(start: number, escapeCharacter: string): boolean {
    if (start < this.#sameFrom || escapeCharacter !== this.escape) return false;
    const { instructions } = this.#previous;
    const before = start - this.#shift;
    let candidate = instructions[this.#candidate];
    while (candidate !== undefined && candidate.start < before) candidate = instructions[++this.#candidate];
    if (candidate?.start !== before) return false;
    this.#next = this.#candidate;
    this.#nextStart = before;
    return true;
  }

  after(): readonly Instruction[] {
    const rest = this.#previous.instructions.slice(this.#next);
    for (const instruction of rest) instruction.moveTo(instruction.start + this.#shift);
    return rest;
  }

  commentsAfter(): readonly TextRange[] {
    const shift = this.#shift;
    return this.#previous.comments
      .filter(({ start }) => start > this.#nextStart)
      .map(({ start, end }) => ({ start: start + shift, end: end + shift }));
  }
}

/** The last instruction that begins at an offset or before it, or -1. */
function lastBefore(instructions: readonly Instruction[], offset: number): number {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instructions[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const nothingBefore = { escape: '\\', instructions: [], comments: [], looksAhead: false };

/** Those of the instructions known before, at the start and at the end, that are still the same. */
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
  const written = text.slice(start, at);
  const name = keywords.get(written) ?? written.toUpperCase();
  return { name: keywords.get(name) ?? name, end: at };
}

/** Each name as one string: comparing different copies of it costs more than the rest of a check. */
const keywords: ReadonlyMap<string, string> = new Map(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'
    .split(' ')
    .map((name) => [name, name]),
);

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

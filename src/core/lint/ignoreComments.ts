import { parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import type { TextRange } from '../text/TextRange.ts';
import { isDockerfilePath } from '../workspace/isProjectFile.ts';

/** One rule that a comment silences: `# openclaw-vm ignore=rule[,rule] reason`, or `ignore-file=` for the whole file. */
export interface IgnoredRule {
  readonly ruleId: string;
  /** Where the rule is named. */
  readonly range: TextRange;
  /** Findings that begin in here are silenced. */
  readonly covers: TextRange;
}

/** The rules that comments of a file silence. In a Dockerfile a comment covers the whole instruction below it, else one line. */
export function ignoredRules(path: string, text: string): readonly IgnoredRule[] {
  if (!text.includes('openclaw-vm ignore')) return [];
  return isDockerfilePath(path) ? inDockerfile(text) : findIgnores(text, (offset) => lineEnd(text, offset));
}

function inDockerfile(text: string): readonly IgnoredRule[] {
  const { instructions } = parseDockerfile(text);
  return findIgnores(text, (offset) => {
    const end = lineEnd(text, offset);
    const instruction = instructions.find(({ range }) => range.start >= offset && range.start <= end);
    return Math.max(end, instruction?.range.end ?? end);
  });
}

const comment = /^[ \t]*#[ \t]*openclaw-vm[ \t]+ignore(-file)?=([\w-]+(?:,[\w-]+)*)/gm;

function findIgnores(text: string, endOfCovered: (offset: number) => number): readonly IgnoredRule[] {
  const ignored: IgnoredRule[] = [];
  for (const match of text.matchAll(comment)) {
    const start = nextCodeLine(text, lineEnd(text, match.index) + 1);
    const covers = match[1] === undefined ? { start, end: endOfCovered(start) } : { start: 0, end: text.length };
    const names = match[2] ?? '';
    let at = match.index + match[0].length - names.length;
    for (const ruleId of names.split(',')) {
      ignored.push({ ruleId, range: { start: at, end: at + ruleId.length }, covers });
      at += ruleId.length + 1;
    }
  }
  return ignored;
}

/** Several comments may stand above one line. */
function nextCodeLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && /^[ \t]*#/.test(text.slice(at, at + 200))) at = lineEnd(text, at) + 1;
  return Math.min(at, text.length);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

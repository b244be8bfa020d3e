import type { Problem } from '../../core/lint/Problem.ts';
import type { TextRange } from '../../core/text/TextRange.ts';
import type { LintResult } from './FolderLint.ts';

/** Whether a file has the very problems that it had in an earlier result of the same folder, in texts that are the same. */
export function hasSameProblems(path: string, now: LintResult, before: LintResult): boolean {
  const problems = now.problemsByPath.get(path) ?? [];
  const known = before.problemsByPath.get(path) ?? [];
  const isSameText = (file: string): boolean => now.project.texts.get(file) === before.project.texts.get(file);
  return (
    problems.length === known.length &&
    isSameText(path) &&
    problems.every((problem, index) => isSame(problem, known[index], isSameText))
  );
}

function isSame(one: Problem, other: Problem | undefined, isSameText: (path: string) => boolean): boolean {
  return (
    other !== undefined &&
    one.ruleId === other.ruleId &&
    one.severity === other.severity &&
    one.message === other.message &&
    isSameRange(one.range, other.range) &&
    isSameRange(one.peers?.range, other.peers?.range) &&
    one.peers?.ids.join() === other.peers?.ids.join() &&
    one.related.length === other.related.length &&
    one.related.every((place, index) => {
      const known = other.related[index];
      return (
        place.path === known?.path &&
        place.message === known.message &&
        isSameRange(place.range, known.range) &&
        isSameText(place.path)
      );
    })
  );
}

function isSameRange(one: TextRange | undefined, other: TextRange | undefined): boolean {
  return one?.start === other?.start && one?.end === other?.end;
}

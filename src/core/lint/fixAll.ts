import { applyEdits } from '../text/applyEdits.ts';
import { editsBetween } from '../text/editsBetween.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { type LintSettings, lintProject } from './lintProject.ts';
import { type FileEdits, type Fix, type Problem, preferredFix } from './Problem.ts';

export interface FixAllOptions {
  readonly settings?: LintSettings;
  /** Only findings of this file are fixed; their fixes may touch others, as a script's and its Dockerfile's. */
  readonly only?: string;
  /** Leaves out fixes that touch any file but `only`: for a save of that file. */
  readonly withinFile?: boolean;
}

/** A finding that was fixed. */
export interface FixedProblem {
  readonly problem: Problem;
  readonly title: string;
}

export interface FixAllResult {
  /** From the project as it was given; one entry for each file that changes. */
  readonly edits: readonly FileEdits[];
  /** Whole new texts of those files, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** In the order in which they were fixed. Ranges are those of the text at that time. */
  readonly fixed: readonly FixedProblem[];
  /** What the project's findings are afterwards, in all files. */
  readonly remaining: readonly Problem[];
}

/**
 * Applies the preferred fix of each finding, again and again until none is left that helps. A fix counts only when its finding is gone
 * afterwards and no error has come that was not there. The same files give the same result.
 */
export function fixAll(project: ProjectFiles, options: FixAllOptions = {}): FixAllResult {
  return new FixRun(project, options).run();
}

/** Far more rounds than fixes that lead to each other need. */
const maxRounds = 40;

interface Chosen extends FixedProblem {
  readonly fix: Fix;
}

class FixRun {
  readonly #options: FixAllOptions;
  readonly #original: ReadonlyMap<string, string>;
  readonly #project: ProjectFiles;
  readonly #fixed: FixedProblem[] = [];
  /** Fixes that were tried and did not help. */
  readonly #useless = new Set<string>();
  #texts: ReadonlyMap<string, string>;
  #problems: readonly Problem[];

  constructor(project: ProjectFiles, options: FixAllOptions) {
    this.#options = options;
    this.#original = project.texts;
    this.#texts = project.texts;
    this.#project = project;
    this.#problems = this.#lint(project.texts);
  }

  run(): FixAllResult {
    for (let round = 0; round < maxRounds; round++) {
      const chosen = this.#withoutOverlaps();
      if (chosen.length === 0) break;
      if (this.#take(chosen)) continue;
      // One of them is to blame.
      if (chosen.length === 1) for (const { problem, fix } of chosen) this.#useless.add(keyOf(problem, fix));
      else {
        for (const one of chosen) {
          const again = this.#find(one);
          if (again !== undefined && !this.#take([again])) this.#useless.add(keyOf(again.problem, again.fix));
        }
      }
    }
    const texts = new Map([...this.#texts].filter(([path, text]) => this.#original.get(path) !== text));
    const edits = [...texts].map(([path, text]) => ({
      path,
      edits: editsBetween(this.#original.get(path) ?? '', text),
    }));
    return { edits, texts, fixed: this.#fixed, remaining: this.#problems };
  }

  #lint(texts: ReadonlyMap<string, string>): readonly Problem[] {
    return lintProject({ ...this.#project, texts }, this.#options.settings);
  }

  /** The first fixes, by path and position, that can be applied together. */
  #withoutOverlaps(): readonly Chosen[] {
    const chosen: Chosen[] = [];
    const taken = new Map<string, TextEdit[]>();
    for (const problem of this.#problems) {
      const fix = this.#preferred(problem);
      if (fix === undefined) continue;
      if (fix.edits.some(({ path, edits }) => edits.some((edit) => touches(edit, taken.get(path))))) continue;
      for (const { path, edits } of fix.edits) taken.set(path, [...(taken.get(path) ?? []), ...edits]);
      chosen.push({ problem, title: fix.title, fix });
    }
    return chosen;
  }

  #preferred(problem: Problem): Fix | undefined {
    const { only, withinFile = false } = this.#options;
    if (only !== undefined && problem.path !== only) return undefined;
    const fix = preferredFix(problem);
    if (fix === undefined || this.#useless.has(keyOf(problem, fix))) return undefined;
    return withinFile && fix.edits.some(({ path }) => path !== only) ? undefined : fix;
  }

  /** The same finding after others were fixed. */
  #find({ problem, title }: Chosen): Chosen | undefined {
    const same = this.#problems.find(
      (other) =>
        other.ruleId === problem.ruleId &&
        other.path === problem.path &&
        other.message === problem.message &&
        this.#preferred(other)?.title === title,
    );
    const fix = same === undefined ? undefined : this.#preferred(same);
    return same === undefined || fix === undefined ? undefined : { problem: same, title, fix };
  }

  /** Applies the fixes, and keeps the result where it is better. */
  #take(chosen: readonly Chosen[]): boolean {
    const texts = new Map(this.#texts);
    for (const { fix } of chosen) {
      for (const { path, edits } of fix.edits) texts.set(path, applyEdits(texts.get(path) ?? '', edits));
    }
    const problems = this.#lint(texts);
    if (!isBetter(this.#problems, problems, chosen)) return false;
    this.#texts = texts;
    this.#problems = problems;
    this.#fixed.push(...chosen.map(({ problem, title }) => ({ problem, title })));
    return true;
  }
}

function keyOf({ ruleId, path, message }: Problem, fix: Fix): string {
  return JSON.stringify([ruleId, path, message, fix]);
}

/** Insertions at one place belong to two fixes that know nothing of each other. */
function touches({ range }: TextEdit, taken: readonly TextEdit[] = []): boolean {
  return taken.some((other) => range.start <= other.range.end && other.range.start <= range.end);
}

/** Each fixed rule has as many findings less, and no rule has errors that it had not. */
function isBetter(before: readonly Problem[], after: readonly Problem[], chosen: readonly Chosen[]): boolean {
  const count = (problems: readonly { readonly problem: Problem }[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { problem } of problems) counts.set(problem.ruleId, (counts.get(problem.ruleId) ?? 0) + 1);
    return counts;
  };
  const all = (problems: readonly Problem[]): Map<string, number> => count(problems.map((problem) => ({ problem })));
  const errors = (problems: readonly Problem[]): Map<string, number> =>
    all(problems.filter(({ severity }) => severity === 'error'));
  const [had, has, hadErrors] = [all(before), all(after), errors(before)];
  for (const [ruleId, fixed] of count(chosen)) {
    if ((has.get(ruleId) ?? 0) > (had.get(ruleId) ?? 0) - fixed) return false;
  }
  for (const [ruleId, number] of errors(after)) if (number > (hadErrors.get(ruleId) ?? 0)) return false;
  return true;
}

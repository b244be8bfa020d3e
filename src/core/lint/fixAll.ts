import { applyEdits } from '../text/applyEdits.ts';
import { editsBetween } from '../text/editsBetween.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { type LintSettings, lintProject } from './lintProject.ts';
import { type FileEdits, type Fix, type Problem, preferredFix, type Severity } from './Problem.ts';

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

/**
 * Parse results are kept by path and follow the last text of it. The texts in between are nobody else's business, so they have paths of
 * their own.
 */
const prefix = '/.fix-all';

interface Candidate extends FixedProblem {
  readonly fix: Fix;
}

class FixRun {
  readonly #options: FixAllOptions;
  readonly #project: ProjectFiles;
  readonly #fixed: FixedProblem[] = [];
  /** Fixes that were tried and did not help. */
  readonly #useless = new Set<string>();
  #texts: ReadonlyMap<string, string>;
  #problems: readonly Problem[] = [];
  #candidates: readonly Candidate[] = [];

  constructor(project: ProjectFiles, options: FixAllOptions) {
    this.#options = options;
    this.#project = project;
    this.#texts = project.texts;
    this.#accept(project.texts, this.#lint(project.texts));
  }

  run(): FixAllResult {
    for (let round = 0; round < maxRounds; round++) {
      const chosen = this.#withoutOverlaps();
      if (chosen.length === 0) break;
      if (this.#take(chosen)) continue;
      // One of them is to blame.
      for (const one of chosen) {
        const again = chosen.length === 1 ? one : this.#find(one);
        if (again !== undefined && (chosen.length === 1 || !this.#take([again]))) this.#useless.add(keyOf(again));
      }
    }
    const before = this.#project.texts;
    const texts = new Map([...this.#texts].filter(([path, text]) => before.get(path) !== text));
    const edits = [...texts].map(([path, text]) => ({ path, edits: editsBetween(before.get(path) ?? '', text) }));
    return { edits, texts, fixed: this.#fixed, remaining: this.#problems };
  }

  #lint(texts: ReadonlyMap<string, string>): readonly Problem[] {
    const hidden = new Map([...texts].map(([path, text]) => [prefix + path, text]));
    return lintProject({ ...this.#project, root: prefix + this.#project.root, texts: hidden }, this.#options.settings);
  }

  /** Reads the fixes at once: they are those of the last text that was linted. */
  #accept(texts: ReadonlyMap<string, string>, problems: readonly Problem[]): void {
    this.#texts = texts;
    this.#problems = problems.map(withoutPrefix);
    this.#candidates = this.#problems.flatMap((problem) => {
      const fix = this.#wanted(problem);
      return fix === undefined ? [] : [{ problem, title: fix.title, fix }];
    });
  }

  #wanted(problem: Problem): Fix | undefined {
    const { only, withinFile = false } = this.#options;
    if (only !== undefined && problem.path !== only) return undefined;
    const fix = preferredFix(problem);
    return withinFile && fix?.edits.some(({ path }) => path !== only) === true ? undefined : fix;
  }

  /** The first fixes, by path and position, that can be applied together. */
  #withoutOverlaps(): readonly Candidate[] {
    const chosen: Candidate[] = [];
    const taken = new Map<string, TextEdit[]>();
    for (const candidate of this.#candidates) {
      if (this.#useless.has(keyOf(candidate))) continue;
      const { edits: files } = candidate.fix;
      if (files.some(({ path, edits }) => edits.some((edit) => collides(edit, taken.get(path))))) continue;
      for (const { path, edits } of files) taken.set(path, [...(taken.get(path) ?? []), ...edits]);
      chosen.push(candidate);
    }
    return chosen;
  }

  /** The same finding after others were fixed. */
  #find({ problem, title }: Candidate): Candidate | undefined {
    return this.#candidates.find(
      (other) =>
        other.problem.ruleId === problem.ruleId &&
        other.problem.path === problem.path &&
        other.problem.message === problem.message &&
        other.title === title &&
        !this.#useless.has(keyOf(other)),
    );
  }

  /** Applies the fixes, and keeps the result where it is better. */
  #take(chosen: readonly Candidate[]): boolean {
    // All ranges are those of the text as it is: what a file gets is applied at once.
    const byPath = new Map<string, TextEdit[]>();
    for (const { path, edits } of chosen.flatMap(({ fix }) => fix.edits))
      byPath.set(path, [...(byPath.get(path) ?? []), ...edits]);
    const texts = new Map(this.#texts);
    for (const [path, edits] of byPath) texts.set(path, applyEdits(texts.get(path) ?? '', edits));
    const problems = this.#lint(texts);
    if (!isBetter(this.#problems, problems, chosen)) return false;
    this.#accept(texts, problems);
    this.#fixed.push(...chosen.map(({ problem, title }) => ({ problem, title })));
    return true;
  }
}

function withoutPrefix(problem: Problem): Problem {
  const { ruleId, severity, message, range, docsUrl, fixTitle } = problem;
  const own = <T extends { readonly path: string }>(place: T): T => ({
    ...place,
    path: place.path.slice(prefix.length),
  });
  const fixes = problem.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(own) }));
  return {
    ...own({ ruleId, severity, message, path: problem.path, range, docsUrl }),
    related: problem.related.map(own),
    fixes,
    fixTitle,
  };
}

function keyOf({ problem: { ruleId, path, message }, fix }: Candidate): string {
  return JSON.stringify([ruleId, path, message, fix]);
}

/** Insertions at one place belong to two fixes that know nothing of each other; one declaration is enough for both. */
function collides({ newText, range }: TextEdit, taken: readonly TextEdit[] = []): boolean {
  const declares = newText.startsWith('ARG ');
  return taken.some(
    (other) =>
      (range.start <= other.range.end && other.range.start <= range.end) || (declares && other.newText === newText),
  );
}

const weights: Readonly<Record<Severity, number>> = { error: 4, warning: 3, information: 2, hint: 1 };

/**
 * Each fixed rule has less to say, by its number of findings or by what they weigh (a lost state may leave only a lost key), and no rule
 * has errors that it had not.
 */
function isBetter(before: readonly Problem[], after: readonly Problem[], chosen: readonly Candidate[]): boolean {
  const [had, has] = [before, after].map((problems) => sums(problems, ({ severity }) => weights[severity]));
  const fixed = sums(
    chosen.map(({ problem }) => problem),
    () => 1,
  );
  for (const [ruleId, number] of fixed) if ((has?.get(ruleId) ?? 0) > (had?.get(ruleId) ?? 0) - number) return false;
  const isError = ({ severity }: Problem): number => (severity === 'error' ? 1 : 0);
  const hadErrors = sums(before, isError);
  return [...sums(after, isError)].every(([ruleId, number]) => number <= (hadErrors.get(ruleId) ?? 0));
}

function sums(problems: readonly Problem[], weigh: (problem: Problem) => number): ReadonlyMap<string, number> {
  const byRule = new Map<string, number>();
  for (const problem of problems) byRule.set(problem.ruleId, (byRule.get(problem.ruleId) ?? 0) + weigh(problem));
  return byRule;
}

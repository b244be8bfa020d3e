import type { ProjectRead } from '../application/ports/ReadProject.ts';
import type { Problem } from '../core/lint/Problem.ts';
import { LineIndex } from '../core/text/LineIndex.ts';
import type { TextRange } from '../core/text/TextRange.ts';

/** A range with lines and columns from 1; `endColumn` is the column after the last character. */
export interface LineRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A problem with the names and numbers that people see. */
export interface ReportedFinding {
  readonly file: string;
  readonly place: LineRange;
  readonly problem: Problem;
  /** The source line on which it begins. */
  readonly sourceLine: string;
  readonly locate: (path: string, range: TextRange) => { readonly file: string; readonly place: LineRange };
}

/** Collects the findings of several paths; one that is found through two of them is reported once. */
export class LintReport {
  readonly #findings: ReportedFinding[] = [];
  readonly #seen = new Set<string>();
  #checkedFiles = 0;

  get findings(): readonly ReportedFinding[] {
    return this.#findings;
  }

  get checkedFiles(): number {
    return this.#checkedFiles;
  }

  add(read: ProjectRead, problems: readonly Problem[]): void {
    this.#checkedFiles += read.only === undefined ? read.project.texts.size : 1;
    const indexes = new Map<string, LineIndex>();
    const textOf = (path: string): string => read.project.texts.get(path) ?? '';
    const locate = (path: string, range: TextRange): { file: string; place: LineRange } => {
      let index = indexes.get(path);
      if (index === undefined) {
        index = new LineIndex(textOf(path));
        indexes.set(path, index);
      }
      const start = index.positionAt(range.start);
      const end = index.positionAt(range.end);
      return {
        file: read.displayPath(path),
        place: { line: start.line + 1, column: start.column + 1, endLine: end.line + 1, endColumn: end.column + 1 },
      };
    };
    for (const problem of problems) {
      if (read.only !== undefined && problem.path !== read.only) continue;
      const key = `${problem.path}\n${problem.ruleId}\n${problem.range.start}\n${problem.range.end}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const text = textOf(problem.path);
      const lineStart = text.lastIndexOf('\n', problem.range.start - 1) + 1;
      const lineEnd = text.indexOf('\n', problem.range.start);
      const sourceLine = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd).replace(/\r$/, '');
      this.#findings.push({ ...locate(problem.path, problem.range), problem, sourceLine, locate });
    }
  }
}

export interface FormatOptions {
  readonly version: string;
  readonly useColour: boolean;
}

import assert from 'node:assert/strict';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import type { Problem } from '../../../../src/core/lint/Problem.ts';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';
import { LineIndex } from '../../../../src/core/text/LineIndex.ts';
import type { ProjectFiles } from '../../../../src/core/workspace/ProjectFiles.ts';

/** Files by path relative to the project; a string alone is the Dockerfile. */
export type Files = string | Readonly<Record<string, string>>;

/**
 * Lints the files and compares one rule's findings with the marks in them: a line of only `^^^^` marks the columns of the line
 * above it. The marks are taken out before linting.
 */
export function check(ruleId: string, files: Files): readonly Problem[] {
  const { project, marks } = readMarks(files);
  const problems = problemsOf(ruleId, project);
  assert.deepEqual(describeAll(problems, project), marks);
  assert.ok(marks.length > 0, 'nothing is marked: use checkSilent');
  return problems;
}

/** The rule finds nothing in the files. */
export function checkSilent(ruleId: string, files: Files): void {
  const { project } = readMarks(files);
  assert.deepEqual(describeAll(problemsOf(ruleId, project), project), []);
}

/** Applies the preferred fix of the rule's first finding and returns the files that it changed. */
export function fixFirst(ruleId: string, files: Files): Record<string, string> {
  const { project } = readMarks(files);
  const fix = problemsOf(ruleId, project)[0]?.fixes[0];
  assert.ok(fix, 'the first finding has no fix');
  return Object.fromEntries(
    fix.edits.map(({ path, edits }) => [
      path.slice('/project/'.length),
      applyEdits(project.texts.get(path) ?? '', edits),
    ]),
  );
}

export function toProject(files: Files): ProjectFiles {
  return readMarks(files).project;
}

function problemsOf(ruleId: string, project: ProjectFiles): readonly Problem[] {
  return lintProject(project).filter((problem) => problem.ruleId === ruleId);
}

function describeAll(problems: readonly Problem[], project: ProjectFiles): readonly string[] {
  return problems
    .map(({ path, range }) => {
      const text = project.texts.get(path) ?? '';
      const index = new LineIndex(text);
      const start = index.positionAt(range.start);
      const end = index.positionAt(range.end);
      const lineEnd = (text.split('\n')[start.line] ?? '').length;
      return describe(path, start.line, start.column, end.line === start.line ? end.column : lineEnd);
    })
    .sort();
}

function describe(path: string, line: number, start: number, end: number): string {
  return `${path.slice('/project/'.length)}:${line + 1}:${start + 1}-${end + 1}`;
}

function readMarks(files: Files): { readonly project: ProjectFiles; readonly marks: readonly string[] } {
  const texts = new Map<string, string>();
  const marks: string[] = [];
  for (const [name, marked] of Object.entries(typeof files === 'string' ? { Dockerfile: files } : files)) {
    const path = `/project/${name}`;
    const lines: string[] = [];
    for (const line of marked.replace(/^\n/, '').split('\n')) {
      const mark = /^\s*(\^+)\s*$/.exec(line);
      if (mark === null) lines.push(line);
      else marks.push(describe(path, lines.length - 1, line.indexOf('^'), line.lastIndexOf('^') + 1));
    }
    texts.set(path, lines.join('\n'));
  }
  return { project: { root: '/project', texts }, marks: marks.sort() };
}

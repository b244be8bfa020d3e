import assert from 'node:assert/strict';
import { it, suite } from 'node:test';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import type { Problem } from '../../../../src/core/lint/Problem.ts';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';
import { LineIndex } from '../../../../src/core/text/LineIndex.ts';
import type { ProjectFiles } from '../../../../src/core/workspace/ProjectFiles.ts';

/** Files by path relative to the project; a string alone is the Dockerfile. */
export type Files = string | Readonly<Record<string, string>>;

/**
 * Lints the files and compares one rule's findings with the marks in them: a line of only `^^^^` marks the columns of the line
 * above it, and `«` and `»` stand around what is found. The marks are taken out before linting.
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
    .map(({ path, range }) => describeRange(path, project.texts.get(path) ?? '', range.start, range.end))
    .sort();
}

/** Of a range over several lines only the first one counts. */
function describeRange(path: string, text: string, startOffset: number, endOffset: number): string {
  const index = new LineIndex(text);
  const start = index.positionAt(startOffset);
  const end = index.positionAt(endOffset);
  const lineEnd = (text.split('\n')[start.line] ?? '').length;
  return describe(path, start.line, start.column, end.line === start.line ? end.column : lineEnd);
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
    texts.set(
      path,
      takeBrackets(lines.join('\n'), (text, start, end) => marks.push(describeRange(path, text, start, end))),
    );
  }
  return { project: { root: '/project', texts }, marks: marks.sort() };
}

/** Takes out `«` and `»` and reports what stood between each pair. */
function takeBrackets(marked: string, report: (text: string, start: number, end: number) => void): string {
  const ranges: { start: number; end: number }[] = [];
  let text = '';
  for (const char of marked) {
    if (char === '«') ranges.push({ start: text.length, end: -1 });
    else if (char === '»') {
      const open = ranges.findLast((range) => range.end === -1);
      if (open !== undefined) open.end = text.length;
    } else text += char;
  }
  for (const { start, end } of ranges) report(text, start, end);
  return text;
}

/** Tests of one rule: what it finds (marked) and what it is silent about, by names that finish the sentence. */
export function describeRule(ruleId: string, cases: { readonly finds: Cases; readonly isSilentAbout: Cases }): void {
  suite(ruleId, () => {
    for (const [name, files] of Object.entries(cases.finds)) it(`finds ${name}`, () => void check(ruleId, files));
    for (const [name, files] of Object.entries(cases.isSilentAbout))
      it(`is silent about ${name}`, () => checkSilent(ruleId, files));
  });
}

export type Cases = Readonly<Record<string, Files>>;

import assert from 'node:assert/strict';
import { bakeBinary } from '../../../src/core/binaries/bakeBinary.ts';
import { catalog } from '../../../src/core/binaries/catalog.ts';
import { expectedBinaries } from '../../../src/core/binaries/expectedBinaries.ts';
import { parseCompose } from '../../../src/core/compose/parseCompose.ts';
import { parseDockerfile } from '../../../src/core/dockerfile/parseDockerfile.ts';
import { lintProject } from '../../../src/core/lint/lintProject.ts';
import type { Fix, Problem } from '../../../src/core/lint/Problem.ts';
import { parseSkill } from '../../../src/core/skills/parseSkill.ts';
import { applyEdits } from '../../../src/core/text/applyEdits.ts';
import type { TextEdit } from '../../../src/core/text/TextEdit.ts';
import type { TextRange } from '../../../src/core/text/TextRange.ts';
import { isComposePath, isDockerfilePath } from '../../../src/core/workspace/isProjectFile.ts';
import { referencedPaths } from '../../../src/core/workspace/referencedPaths.ts';
import type { Files } from './corpus.ts';
import { limitMs, slowness, undisturbedMs } from './duration.ts';

/** A project in which one file was broken. */
export interface BrokenProject {
  readonly files: Files;
  readonly name: string;
}

let turn = 0;

/** Whatever the file of that name holds: nothing throws or hangs, ranges lie inside their documents, and every fix can be applied. */
export function assertSound({ files, name }: BrokenProject): void {
  const texts = textsBelow('/project', files);
  const size = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  let problems: readonly Problem[] = [];
  const tookMs = undisturbedMs((round) => {
    // Parse results are remembered by path.
    const root = round === 0 ? '/project' : `/again${round}`;
    const found = lintProject({ root, texts: round === 0 ? texts : textsBelow(root, files) });
    if (round === 0) problems = found;
  }, limitMs(size));
  // Only where it matters: the measure of the machine takes longer than the check.
  const allowedMs = tookMs <= limitMs(size) ? tookMs : limitMs(size) * Math.max(1, slowness());
  assert.ok(
    tookMs <= allowedMs,
    `${size} characters took ${Math.round(tookMs)} ms, ${Math.round(allowedMs)} are allowed`,
  );
  for (const problem of problems) assertProblem(problem, texts);
  turn += 1;
  if (turn % 8 === 0) {
    referencedPaths({ root: '/project', texts });
    expectedBinaries({ root: '/project', texts });
  }
  assertParsers(`/project/${name}`, files[name] ?? '');
}

function textsBelow(root: string, files: Files): ReadonlyMap<string, string> {
  return new Map(Object.entries(files).map(([name, text]) => [`${root}/${name}`, text]));
}

function assertProblem(problem: Problem, texts: ReadonlyMap<string, string>): void {
  assert.ok(problem.message.length > 0);
  assertInside(problem.range, textOf(texts, problem.path), problem.ruleId);
  for (const { path, range } of problem.related) assertInside(range, textOf(texts, path), `${problem.ruleId}, related`);
  for (const fix of problem.fixes) assertFix(fix, texts, problem.ruleId);
}

function assertFix(fix: Fix, texts: ReadonlyMap<string, string>, ruleId: string): void {
  const paths = fix.edits.map(({ path }) => path);
  assert.equal(new Set(paths).size, paths.length, `${ruleId}: "${fix.title}" names a file twice`);
  for (const { path, edits } of fix.edits) assertEdits(edits, textOf(texts, path), `${ruleId}: "${fix.title}"`);
}

function assertEdits(edits: readonly TextEdit[], text: string, what: string): void {
  const inOrder = edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  for (const [index, edit] of inOrder.entries()) {
    assertInside(edit.range, text, what);
    const next = inOrder[index + 1];
    assert.ok(next === undefined || next.range.start >= edit.range.end, `${what}: edits overlap`);
  }
  applyEdits(text, edits);
}

function textOf(texts: ReadonlyMap<string, string>, path: string): string {
  const text = texts.get(path);
  assert.ok(text !== undefined, `${path} is not in the project`);
  return text;
}

function assertParsers(path: string, text: string): void {
  if (isDockerfilePath(path)) {
    const { instructions, comments } = parseDockerfile(text);
    assertRangesIn(comments, text, 'comment');
    for (const { keyword, range, words, flags, heredocs } of instructions)
      assertRangesIn({ range, words, flags, heredocs }, text, keyword);
    const binary = catalog()[turn % catalog().length]?.name ?? '';
    const result = bakeBinary(text, binary);
    if (result.ok) assertEdits(result.edits, text, `baking ${binary}`);
  } else if (isComposePath(path)) {
    assertRangesIn(parseCompose(text), text, 'compose');
  } else if (/\/SKILL\.md$/i.test(path)) {
    assertRangesIn(parseSkill(text), text, 'skill');
  }
}

/** Every range anywhere in a parser's result. */
function assertRangesIn(value: unknown, text: string, what: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (isRange(value)) assertInside(value, text, what);
  for (const [key, part] of Object.entries(value)) assertRangesIn(part, text, `${what}.${key}`);
}

function isRange(value: object): value is TextRange {
  return 'start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number';
}

function assertInside({ start, end }: TextRange, text: string, what: string): void {
  assert.ok(
    Number.isInteger(start) && start >= 0 && start <= end && end <= text.length,
    `${what}: ${start}-${end} of ${text.length}`,
  );
}

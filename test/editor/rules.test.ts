import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lintProject } from '../../src/core/lint/lintProject.ts';
import type { Problem } from '../../src/core/lint/Problem.ts';
import type { Example } from '../../src/core/lint/Rule.ts';
import { rules } from '../../src/core/lint/rules/index.ts';
import { LineIndex } from '../../src/core/text/LineIndex.ts';
import {
  closeEverything,
  fileOf,
  hoverText,
  makeWatchedFolder,
  open,
  problemsOf,
  retype,
  ruleOf,
  switchAutoSaveOff,
  waitForProblems,
} from './support/editing.ts';

/** Each example lies in a folder of its own, so that one rule's files do not explain another's. */
const folderOf = (ruleId: string): string => (ruleId === ruleOfRoot ? '.' : `rules/${ruleId}`);
/** Its file counts in the folder that is open, beside the Dockerfile of the example. */
const ruleOfRoot = 'invalid-binary-entry';
const severityNames = ['error', 'warning', 'information', 'hint'];

describe('each rule', () => {
  before(async () => {
    await switchAutoSaveOff();
    await makeWatchedFolder('rules');
  });
  after(async () => {
    await vscode.workspace.fs.delete(fileOf('rules'), { recursive: true });
    await vscode.workspace.fs.delete(fileOf('openclaw-vm.binaries.json'));
  });

  for (const rule of rules) {
    it(`${rule.id}: shows its bad example, and is silent about its good one`, async () => {
      const folder = folderOf(rule.id);
      const expected = findingsOf(rule.id, rule.bad);
      assert.ok(expected.length > 0, 'lintProject finds nothing in the bad example');
      await write(folder, rule.bad);
      for (const path of new Set(expected.map((problem) => problem.path))) {
        const wanted = expected.filter((problem) => problem.path === path);
        const found = await waitForProblems(
          vscode.Uri.file(path),
          (problems) => problems.filter((problem) => ruleOf(problem) === rule.id).length === wanted.length,
        );
        assert.deepEqual(
          found.filter((problem) => ruleOf(problem) === rule.id).map(describeDiagnostic),
          wanted.map((problem) => describeProblem(problem, rule.bad)),
        );
        for (const problem of found.filter((candidate) => ruleOf(candidate) === rule.id)) {
          assert.ok(typeof problem.code === 'object');
          assert.match(problem.code.target.toString(true), new RegExp(`README\\.md#${rule.id}$`));
          assert.ok((await hoverText(vscode.Uri.file(path), problem.range.start)).includes(rule.why), 'no explanation');
        }
      }
      await write(folder, rule.good);
      for (const name of Object.keys(rule.bad)) {
        if (!(name in rule.good)) await vscode.workspace.fs.delete(fileOf(`${folder}/${name}`));
        await waitForProblems(
          fileOf(`${folder}/${name}`),
          (problems) => !problems.some((problem) => ruleOf(problem) === rule.id),
        );
      }
    });
  }
});

describe('what silences and sorts findings', () => {
  const folder = 'silenced';
  const dockerfile = `${folder}/Dockerfile`;
  const installs = 'CMD apt-get update && apt-get install -y jq && node index.js\n';
  const settings = () => vscode.workspace.getConfiguration('openclawVm.lint', fileOf(''));
  const setSeverities = (value: unknown) =>
    settings().update('severities', value, vscode.ConfigurationTarget.Workspace);
  const has = (ruleId: string) => (problems: vscode.Diagnostic[]) =>
    problems.some((problem) => ruleOf(problem) === ruleId);

  before(async () => {
    await switchAutoSaveOff();
    await write(folder, { Dockerfile: `FROM node:24-bookworm\n${installs}` });
  });
  afterEach(async () => {
    await setSeverities(undefined);
    await closeEverything();
  });
  after(async () => vscode.workspace.fs.delete(fileOf(folder), { recursive: true }));

  it('a comment above the line, unsaved, with a reason', async () => {
    const editor = await open(dockerfile);
    await waitForProblems(editor.document.uri, has('runtime-install'));
    await retype(
      editor,
      `FROM node:24-bookworm\n# openclaw-vm ignore=runtime-install this image is for tests only\n${installs}`,
    );
    await waitForProblems(editor.document.uri, (problems) => problems.length === 0);
  });

  it('a comment for the whole file, unsaved', async () => {
    const editor = await open(dockerfile);
    await waitForProblems(editor.document.uri, has('runtime-install'));
    await retype(editor, `# openclaw-vm ignore-file=runtime-install for tests\nFROM node:24-bookworm\n\n${installs}`);
    await waitForProblems(editor.document.uri, (problems) => problems.length === 0);
  });

  it('says in a hint, on the name of the rule, that a comment silences nothing', async () => {
    const editor = await open(dockerfile);
    await retype(editor, 'FROM node:24-bookworm\n# openclaw-vm ignore=runtime-install\nCMD ["node", "index.js"]\n');
    const [hint, ...others] = await waitForProblems(editor.document.uri, has('unused-ignore'));
    assert.ok(hint);
    assert.deepEqual(others, []);
    assert.equal(hint.severity, vscode.DiagnosticSeverity.Hint);
    assert.equal(editor.document.getText(hint.range), 'runtime-install');
    assert.deepEqual(hint.tags, [vscode.DiagnosticTag.Unnecessary]);
  });

  it('shows each severity that the settings can name, and none for off', async () => {
    const uri = fileOf(dockerfile);
    for (const [severity, name] of severityNames.entries()) {
      await setSeverities({ 'runtime-install': name });
      const problems = await waitForProblems(
        uri,
        (found) => found.find((problem) => ruleOf(problem) === 'runtime-install')?.severity === severity,
      );
      assert.ok(problems.length > 0);
    }
    await setSeverities({ 'runtime-install': 'off' });
    await waitForProblems(uri, (problems) => !has('runtime-install')(problems));
  });

  it('leads from the finding in a script to the instruction that runs it', async () => {
    await write(`${folder}/chain`, {
      Dockerfile: 'FROM node:24-bookworm\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
      'start.sh': '#!/bin/sh\nnpm install -g mcporter\nexec "$@"\n',
    });
    const script = fileOf(`${folder}/chain/start.sh`);
    const [problem] = await waitForProblems(script, has('runtime-install'));
    const [related] = problem?.relatedInformation ?? [];
    assert.ok(related);
    assert.equal(vscode.workspace.asRelativePath(related.location.uri), `${folder}/chain/Dockerfile`);
    assert.equal(related.location.range.start.line, 2);
    await vscode.workspace.fs.delete(fileOf(`${folder}/chain`), { recursive: true });
    await waitForProblems(script, () => problemsOf(script).length === 0);
  });
});

function findingsOf(ruleId: string, example: Example): readonly Problem[] {
  const root = fileOf('').path.replace(/\/$/, '');
  const folder = fileOf(folderOf(ruleId)).path;
  const texts = new Map(Object.entries(example).map(([name, text]) => [`${folder}/${name}`, text]));
  return lintProject({ root, texts }).filter((problem) => problem.ruleId === ruleId);
}

/** Range, severity and message, as the Problems panel has them. */
function describeProblem(problem: Problem, example: Example): string {
  const name = problem.path.slice(`${fileOf(folderOf(problem.ruleId)).path}/`.length);
  const index = new LineIndex(example[name] ?? '');
  const [start, end] = [index.positionAt(problem.range.start), index.positionAt(problem.range.end)];
  const place = `${start.line}:${start.column}-${end.line}:${end.column}`;
  const related = problem.related.map(({ path, message }) => `${baseName(path)}: ${message}`);
  return [`${place} ${problem.severity} ${problem.message}`, ...related].join('\n');
}

function describeDiagnostic(diagnostic: vscode.Diagnostic): string {
  const { message, range, severity, relatedInformation = [] } = diagnostic;
  const place = `${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}`;
  const related = relatedInformation.map(({ location, message: text }) => `${baseName(location.uri.path)}: ${text}`);
  return [`${place} ${severityNames[severity]} ${message}`, ...related].join('\n');
}

async function write(folder: string, files: Example): Promise<void> {
  for (const [name, text] of Object.entries(files).filter(([file]) => folder !== '.' || file !== 'Dockerfile'))
    await vscode.workspace.fs.writeFile(fileOf(`${folder}/${name}`), Buffer.from(text));
}

/** A skill's finding may lead to another gateway of the workspace than the one of its example. */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

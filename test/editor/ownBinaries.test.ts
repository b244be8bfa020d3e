import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeEverything,
  fileOf,
  hoverText,
  open,
  retype,
  ruleOf,
  switchAutoSaveOff,
  waitForProblems,
} from './support/editing.ts';

const tool = { name: 'tool', summary: 'Ours alone', version: '1.2.3', source: { kind: 'npm', package: '@scope/tool' } };
const file = () => fileOf('openclaw-vm.binaries.json');
const write = (...binaries: readonly object[]) =>
  vscode.workspace.fs.writeFile(file(), new TextEncoder().encode(JSON.stringify({ binaries }, undefined, 2)));
const setting = (value: readonly object[] | undefined) =>
  vscode.workspace.getConfiguration('openclawVm').update('binaries', value, vscode.ConfigurationTarget.Global);

describe('people’s own binaries', () => {
  before(switchAutoSaveOff);
  afterEach(async () => {
    await closeEverything();
    await setting(undefined);
    await vscode.workspace.fs.delete(file()).then(undefined, () => {});
  });

  const explained = async (wanted: RegExp): Promise<string> => {
    const editor = await open('Dockerfile');
    await retype(editor, 'FROM node:24-bookworm\n\n# openclaw-vm: tool 1.2.3\nRUN true\n');
    return hoverText(editor.document.uri, new vscode.Position(2, 4), wanted);
  };

  it('are known by the setting', async () => {
    assert.doesNotMatch(await explained(/^/), /Ours alone/);
    await setting([tool]);
    assert.match(await explained(/Ours alone/), /\*\*tool\*\*: Ours alone/);
  });

  it('are known by the file of the workspace, which comes first', async () => {
    await setting([tool]);
    await write({ ...tool, summary: 'Of us all' });
    const { document } = await vscode.window.showTextDocument(file()).then((editor) => editor);
    assert.equal(document.languageId, 'jsonc');
    assert.match(await explained(/Of us all/), /\*\*tool\*\*: Of us all/);
  });

  it('are followed while they are typed, and a mistake is underlined until it is gone', async () => {
    await write({ name: 'tool', source: tool.source });
    const [problem] = await waitForProblems(file(), (problems) => problems.length > 0);
    assert.ok(problem);
    assert.equal(ruleOf(problem), 'invalid-binary-entry');
    assert.equal(problem.message, 'The entry lacks "version". The entry "tool" is left out.');
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    const editor = await vscode.window.showTextDocument(file());
    await retype(editor, JSON.stringify({ binaries: [tool] }));
    await waitForProblems(file(), (problems) => problems.length === 0);
    assert.match(await explained(/Ours alone/), /Ours alone/);
  });
});

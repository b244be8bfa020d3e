import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  applyAsShown,
  closeEverything,
  codeActions,
  ruleOf,
  switchAutoSaveOff,
  waitForProblems,
} from '../support/editing.ts';
import { MemoryFiles } from '../support/MemoryFiles.ts';

const scheme = 'openclawvmmemory';
const isRuntimeInstall = (problem: vscode.Diagnostic) => ruleOf(problem) === 'runtime-install';

function folder(name: string): vscode.Uri {
  const found = vscode.workspace.workspaceFolders?.find((candidate) => candidate.name === name);
  assert.ok(found, `no folder "${name}" in the workspace`);
  return found.uri;
}

const script = (name: string) => vscode.Uri.joinPath(folder(name), 'scripts/entrypoint.sh');

describe('a workspace with several projects', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  it('shows the findings of each, whose related places lie in the same project', async () => {
    for (const name of ['first', 'second']) {
      const problems = await waitForProblems(script(name), (found) => found.some(isRuntimeInstall));
      const [related] = problems.find(isRuntimeInstall)?.relatedInformation ?? [];
      assert.equal(related?.location.uri.toString(), vscode.Uri.joinPath(folder(name), 'Dockerfile').toString());
    }
  });

  it('keeps what one project changes away from the other', async () => {
    const editor = await vscode.window.showTextDocument(vscode.Uri.joinPath(folder('first'), 'Dockerfile'));
    const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
    await editor.edit((edit) => edit.replace(all, 'FROM node:24-bookworm\nCMD ["node", "index.js"]\n'));
    await waitForProblems(script('first'), (problems) => !problems.some(isRuntimeInstall));
    assert.ok((await waitForProblems(script('second'), () => true)).some(isRuntimeInstall));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await waitForProblems(script('first'), (problems) => problems.some(isRuntimeInstall));
  });

  it('has the settings of each folder', async () => {
    const settings = vscode.workspace.getConfiguration('openclawVm.lint', folder('second'));
    const set = (value: unknown) => settings.update('severities', value, vscode.ConfigurationTarget.WorkspaceFolder);
    await set({ 'runtime-install': 'error' });
    try {
      const isError = (problem: vscode.Diagnostic) => problem.severity === vscode.DiagnosticSeverity.Error;
      await waitForProblems(script('second'), (problems) => problems.filter(isRuntimeInstall).some(isError));
      const others = await waitForProblems(script('first'), (problems) => problems.some(isRuntimeInstall));
      assert.equal(others.filter(isRuntimeInstall).some(isError), false);
      await set({ 'runtime-install': 'off' });
      await waitForProblems(script('second'), (problems) => !problems.some(isRuntimeInstall));
      assert.ok((await waitForProblems(script('first'), () => true)).some(isRuntimeInstall));
    } finally {
      await set(undefined);
    }
  });

  it('finds a project that is added later, and forgets one that goes', async () => {
    const uri = vscode.Uri.joinPath(folder('first'), '../third');
    const dockerfile = vscode.Uri.joinPath(uri, 'Dockerfile');
    await vscode.workspace.fs.writeFile(
      dockerfile,
      Buffer.from('FROM node:24-bookworm\nCMD npm install -g mcporter && node index.js\n'),
    );
    assert.ok(vscode.workspace.updateWorkspaceFolders(2, 0, { uri }));
    await waitForProblems(dockerfile, (problems) => problems.some(isRuntimeInstall));
    await folderCount(3);
    assert.ok(vscode.workspace.updateWorkspaceFolders(2, 1));
    await waitForProblems(dockerfile, (problems) => problems.length === 0);
    await folderCount(2);
  });
});

describe('a project in a virtual file system', () => {
  const root = vscode.Uri.from({ scheme, path: '/project' });
  const at = (name: string) => vscode.Uri.joinPath(root, name);
  let registration: vscode.Disposable;

  before(async () => {
    const files = new MemoryFiles({
      '/project/Dockerfile':
        'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY docker/start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
      '/project/docker/start.sh': '#!/bin/sh\nnpm install -g mcporter\nexec "$@"\n',
      '/project/compose.yaml': 'services:\n  openclaw-gateway:\n    build: .\n    ports: ["18789:18789"]\n',
    });
    registration = vscode.workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true });
    assert.ok(vscode.workspace.updateWorkspaceFolders(2, 0, { uri: root, name: 'virtual' }));
    await folderCount(3);
  });
  after(async () => {
    await closeEverything();
    vscode.workspace.updateWorkspaceFolders(2, 1);
    await folderCount(2);
    registration.dispose();
  });

  it('is checked, also files that nobody has opened', async () => {
    const problems = await waitForProblems(at('docker/start.sh'), (found) => found.some(isRuntimeInstall));
    const [related] = problems.find(isRuntimeInstall)?.relatedInformation ?? [];
    assert.equal(related?.location.uri.toString(), at('Dockerfile').toString());
    await waitForProblems(at('compose.yaml'), (found) => found.some((one) => ruleOf(one) === 'public-gateway-port'));
  });

  it('follows changes of its files', async () => {
    const extra = at('other/Dockerfile');
    await vscode.workspace.fs.writeFile(extra, Buffer.from('FROM node:24\nCMD apt-get install -y jq && node x.js\n'));
    await waitForProblems(extra, (problems) => problems.some(isRuntimeInstall));
    await vscode.workspace.fs.delete(extra);
    await waitForProblems(extra, (problems) => problems.length === 0);
  });

  it('takes a fix that changes two files', async () => {
    const uri = at('docker/start.sh');
    const [problem] = await waitForProblems(uri, (found) => found.some(isRuntimeInstall));
    assert.ok(problem);
    await vscode.window.showTextDocument(uri);
    const [fix] = await codeActions(uri, problem.range);
    assert.ok(fix?.edit);
    await applyAsShown(fix.edit);
    await waitForProblems(uri, (problems) => !problems.some(isRuntimeInstall));
    const dockerfile = await vscode.workspace.openTextDocument(at('Dockerfile'));
    assert.match(dockerfile.getText(), /mcporter/);
  });
});

async function folderCount(count: number): Promise<void> {
  while (vscode.workspace.workspaceFolders?.length !== count) {
    await new Promise<void>((resolve) => {
      const listener = vscode.workspace.onDidChangeWorkspaceFolders(() => {
        listener.dispose();
        resolve();
      });
    });
  }
}

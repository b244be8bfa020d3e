import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeEverything,
  codeActions,
  hoverText,
  retype,
  ruleOf,
  switchAutoSaveOff,
  waitForProblems,
} from './support/editing.ts';

const installsJq = 'FROM node:24-bookworm\nCMD apt-get update && apt-get install -y jq && node index.js\n';
const isRuntimeInstall = (problem: vscode.Diagnostic) => ruleOf(problem) === 'runtime-install';

describe('a document that was never saved', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  it('is checked as a Dockerfile when its language says so, and takes a fix', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'dockerfile', content: installsJq });
    assert.equal(document.uri.scheme, 'untitled');
    const editor = await vscode.window.showTextDocument(document);
    const [problem] = await waitForProblems(document.uri, (problems) => problems.some(isRuntimeInstall));
    assert.equal(problem?.range.start.line, 1);
    const [fix] = await codeActions(document.uri, problem.range);
    assert.ok(fix?.edit);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await waitForProblems(document.uri, (problems) => !problems.some(isRuntimeInstall));
    await retype(editor, installsJq);
    await waitForProblems(document.uri, (problems) => problems.some(isRuntimeInstall));
  });

  it('is checked as a compose file, apart from the files of the workspace', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'dockercompose',
      content: 'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw\n    ports: ["18789:18789"]\n',
    });
    await waitForProblems(document.uri, (found) => found.some((one) => ruleOf(one) === 'public-gateway-port'));
  });

  it('is checked when it is given the language later, and explained under the mouse', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: installsJq });
    await vscode.window.showTextDocument(document);
    const changed = await vscode.languages.setTextDocumentLanguage(document, 'dockerfile');
    const [problem] = await waitForProblems(changed.uri, (problems) => problems.some(isRuntimeInstall));
    assert.ok(problem);
    assert.match(await hoverText(changed.uri, problem.range.start), /Install at build time/);
  });

  it('is left alone in other languages', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: installsJq });
    const other = await vscode.workspace.openTextDocument({ language: 'dockerfile', content: installsJq });
    await waitForProblems(other.uri, (problems) => problems.some(isRuntimeInstall));
    assert.deepEqual(await waitForProblems(document.uri, () => true), []);
  });
});

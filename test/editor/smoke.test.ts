import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in VS Code', () => {
  it('is installed and activates', async () => {
    const extension = vscode.extensions.getExtension('openclaw-docker-vm.openclaw-docker-vm');
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('has the example open', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.equal(folder?.name, 'openclaw-gateway');
    const found = await vscode.workspace.findFiles('Dockerfile');
    assert.equal(found.length, 1);
  });
});

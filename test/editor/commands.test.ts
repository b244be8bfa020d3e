import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeEverything, open } from './support/editing.ts';

const extensionId = 'openclaw-docker-vm.openclaw-docker-vm';

describe('the commands', () => {
  it('are all registered', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension);
    await extension.activate();
    const contributed: { command: string }[] = extension.packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });
});

describe('languages', () => {
  afterEach(closeEverything);

  it('has one for gateway logs', async () => {
    assert.ok((await vscode.languages.getLanguages()).includes('openclaw-gateway-log'));
  });

  it('knows the Dockerfile of the example as one, so that its title has our buttons', async () => {
    const { document } = await open('Dockerfile');
    assert.equal(document.languageId, 'dockerfile');
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';

describe('the packaged extension in a window', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await startWorkbench();
  });
  after(() => workbench?.close());

  it('opens the example', async () => {
    await workbench.openFile('Dockerfile');
    assert.match(await workbench.editor.text(), /^FROM /m);
  });

  it('has its own place in the activity bar', async () => {
    const vms = await workbench.openView('OpenClaw VM', 'VMs');
    assert.equal(await vms.pane.isVisible(), true);
  });

  it('has its commands in the palette', async () => {
    await workbench.quickInput.open('F1');
    await workbench.quickInput.type('>OpenClaw VM: Add VM');
    assert.match((await workbench.quickInput.items()).join('\n'), /^OpenClaw VM: Add VM…/m);
    await workbench.quickInput.cancel();
  });
});

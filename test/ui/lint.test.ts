import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';

const install = '\nCMD npm install -g mcporter && node openclaw.mjs gateway\n';

describe('problems in the window', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await startWorkbench({ colorScheme: 'dark', settings: { 'files.autoSave': 'off' } });
  });
  after(() => workbench?.close());

  it('are listed for the whole project, with the way to them', async () => {
    await workbench.problems.waitFor(/gog.*lost when the container is recreated/);
    const found = await workbench.problems.list();
    const problem = found.find(({ code }) => code === 'runtime-install');
    assert.equal(problem?.source, 'OpenClaw VM');
    assert.equal(problem?.file, 'entrypoint.sh');
    assert.equal(problem?.severity, 'warning');
  });

  it('are underlined as one types, and explained under the mouse', async () => {
    await workbench.openFile('Dockerfile');
    const lines = (await workbench.editor.text()).split('\n');
    await workbench.editor.goTo(lines.length, 1);
    await workbench.editor.type(install);
    await workbench.editor.squiggles('warning').first().waitFor();
    const explanation = await workbench.editor.hover('mcporter');
    assert.match(explanation, /each time the container starts/);
    assert.match(explanation, /OpenClaw VM.*runtime-install/);
    await workbench.screenshot('lint-hover');
    await workbench.page.keyboard.press('Escape');
  });

  it('are fixed by the light bulb, and the fix is undone in one step', async () => {
    const before = await workbench.editor.text();
    const line = before.split('\n').findIndex((text) => text.startsWith('CMD npm'));
    await workbench.editor.goTo(line + 1, 8);
    assert.match((await workbench.editor.quickFixes()).join('\n'), /Bake .*mcporter.* into the image/);
    await workbench.editor.lightBulb(/Bake .*mcporter/);
    await workbench.problems.waitUntilGone('mcporter');
    await workbench.editor.focus();
    const after = await workbench.editor.text();
    assert.match(after, /^RUN .*mcporter|# openclaw-vm: mcporter/m);
    await workbench.page.keyboard.press('Control+z');
    await workbench.problems.waitFor('mcporter');
    await workbench.editor.focus();
    assert.equal(await workbench.editor.text(), before);
  });

  it('go when the text goes', async () => {
    await workbench.runCommand('File: Revert File');
    await workbench.problems.waitUntilGone('mcporter');
  });
});

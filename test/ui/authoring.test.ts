import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';

/** From an underline to a correct image, by mouse and keyboard. */
describe('help in writing', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await startWorkbench({
      colorScheme: 'dark',
      settings: { 'files.autoSave': 'off', 'editor.minimap.enabled': false },
    });
  });
  after(() => workbench?.close());

  it('shows a fix of two files first, applies it, and undoes it', async () => {
    await workbench.problems.goTo('runtime-install');
    const before = await workbench.editor.text();
    await workbench.problems.goTo('runtime-install');
    await workbench.editor.quickFix(/Bake gog into the image and take/);
    assert.deepEqual(await workbench.preview.files(), ['Dockerfile', 'entrypoint.sh']);
    await workbench.screenshot('authoring-preview');
    await workbench.preview.discard();
    assert.equal(await workbench.editor.text(), before);
    await workbench.problems.goTo('runtime-install');
    await workbench.editor.quickFix(/Bake gog into the image and take/);
    await workbench.preview.apply();
    await workbench.problems.waitUntilGone('runtime-install');
    await workbench.openFile('Dockerfile');
    assert.equal((await workbench.editor.text()).match(/^# openclaw-vm: gog /gm)?.length, 1);
    await workbench.page.keyboard.press('Control+z');
    // One step for both files.
    await workbench.problems.waitFor('runtime-install');
    await workbench.editor.focus();
    assert.doesNotMatch(await workbench.editor.text(), /openclaw-vm: gog/);
    await workbench.openFile('entrypoint.sh');
    assert.equal(await workbench.editor.text(), before);
    // VS Code saves what it has shown in a preview.
    await workbench.runCommand('File: Save All Files');
  });

  it('silences a finding with a comment whose reason is typed over', async () => {
    await workbench.problems.goTo('runtime-install');
    await workbench.editor.quickFix('Ignore runtime-install here, with a reason');
    await workbench.page.keyboard.type('the cache keeps it');
    await workbench.problems.waitUntilGone('runtime-install');
    await workbench.editor.focus();
    assert.match(
      await workbench.editor.text(),
      /^ {2}# openclaw-vm ignore=runtime-install the cache keeps it\n {2}curl /m,
    );
    await workbench.runCommand('File: Revert File');
  });

  it('completes a marker to the whole stanza, in colours of its own', async () => {
    await workbench.openFile('Dockerfile');
    const lines = (await workbench.editor.text()).split('\n');
    await workbench.editor.goTo(lines.length, 1);
    await workbench.page.keyboard.type('# openclaw-vm: gopl');
    const suggestion = workbench.page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'goplaces' });
    await suggestion.first().waitFor();
    await workbench.screenshot('authoring-completion');
    await suggestion.first().click();
    await workbench.editor.focus();
    const text = await workbench.editor.text();
    const line = text.split('\n').findIndex((one) => /^# openclaw-vm: goplaces [\d.]+$/.test(one));
    assert.ok(line >= 0, text);
    assert.match(
      text
        .split('\n')
        .slice(line + 1)
        .join('\n'),
      /^ARG TARGETARCH\nRUN set -eu/,
    );
    const scopes = await workbench.scopesAt(line + 1, 20);
    assert.match(scopes, /entity\.name\.function\.binary\.openclaw-vm/);
    assert.match(scopes, /comment\.line\.number-sign\.marker\.openclaw-vm/);
    await workbench.runCommand('File: Revert File');
  });

  it('tells of each binary of a skill above its line, and bakes it by a click', async () => {
    await workbench.openFile('skills/places/SKILL.md');
    const lens = workbench.page.locator('.codelens-decoration a');
    await lens.filter({ hasText: 'goplaces: missing: bake it in' }).click();
    await workbench.page.locator('.tab.active[data-resource-name="Dockerfile"]').waitFor();
    await workbench.openFile('skills/places/SKILL.md');
    await lens.filter({ hasText: /goplaces: in image, Dockerfile:\d+/ }).waitFor();
    await workbench.screenshot('authoring-lens');
    await lens.filter({ hasText: /goplaces: in image/ }).click();
    await workbench.page.locator('.tab.active[data-resource-name="Dockerfile"]').waitFor();
    await workbench.runCommand('File: Revert File');
  });

  it('has the skills in the sidebar, and bakes one or all that are missing', async () => {
    const skills = await workbench.openView('OpenClaw VM', 'Skills');
    await skills.row(/^wacli.*missing/).waitFor();
    assert.match(
      (await skills.rows()).join('\n'),
      /^ {2}gog at each start, scripts\/entrypoint\.sh:8 · not verified$/m,
    );
    await skills.row(/^wacli/).clickInline('Bake It In');
    await skills.row(/^wacli.*Dockerfile:\d+/).waitFor();
    await workbench.page.mouse.move(700, 4);
    await skills.clickTitleAction('Bake All Missing Binaries');
    await workbench.notifications.waitFor(/Baked .*gog, goplaces into Dockerfile/);
    await skills.row(/^goplaces.*Dockerfile:\d+/).waitFor();
    await workbench.screenshot('authoring-skills');
    assert.ok(!(await skills.rows()).join('\n').includes('missing'));
  });
});

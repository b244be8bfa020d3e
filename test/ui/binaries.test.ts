import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { gogRelease, type ReleaseApi, sha256, startReleaseApi } from '../support/hosts/releaseApi.ts';

const dockerfile = 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCMD ["node", "openclaw.mjs", "gateway"]\n';

describe('people’s own binaries, and newer versions, by clicking', () => {
  let folder: string;
  let api: ReleaseApi;
  let workbench: Workbench;
  const write = (...binaries: readonly object[]) =>
    writeFileSync(path.join(folder, 'gw', 'openclaw-vm.binaries.json'), JSON.stringify({ binaries }, undefined, 2));
  const read = (file: string) => readFileSync(path.join(folder, 'gw', file), 'utf8');

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'openclaw-vm-binaries-'));
    api = await startReleaseApi(path.join(folder, 'certificate'));
    mkdirSync(path.join(folder, 'gw'));
    writeFileSync(path.join(folder, 'gw', 'Dockerfile'), dockerfile);
    writeFileSync(path.join(folder, 'gw', 'openclaw-vm.binaries.json'), '{\n  "binaries": [\n    \n  ]\n}\n');
    workbench = await startWorkbench({
      folder: path.join(folder, 'gw'),
      environment: { NODE_EXTRA_CA_CERTS: api.authority },
      settings: {
        'files.autoSave': 'off',
        'openclawVm.releases.githubApiUrl': api.githubApiUrl,
        'openclawVm.releases.packagesApiUrl': api.packagesApiUrl,
      },
    });
  });
  beforeEach(() => api.reset());
  afterEach(async (context) => {
    if ('passed' in context && !context.passed)
      await workbench?.screenshot(`binaries-failure-${context.name.slice(0, 8)}`);
  });
  after(async () => {
    await workbench?.close();
    await api?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('proposes what an entry may have, says what is wrong with one, and bakes in one that is right', async () => {
    await workbench.openFile('openclaw-vm.binaries.json');
    await workbench.editor.goTo(3, 5);
    await workbench.page.keyboard.press('Control+Space');
    await workbench.page.locator('.suggest-widget.visible').getByText('An npm package').click();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Escape');
    assert.match(await workbench.editor.text(), /"package": "@scope\/name"/);
    await workbench.runCommand('File: Revert File');
    const own = { name: 'tool', summary: 'Ours', source: { kind: 'npm', package: '@scope/tool' } };
    write(own);
    await workbench.problems.waitFor('The entry lacks "version". The entry "tool" is left out.');
    await workbench.screenshot('binaries-entry');
    write({ ...own, version: '1.2.3' });
    await workbench.problems.waitUntilGone('The entry lacks');
    await workbench.openFile('Dockerfile');
    await workbench.runCommand('OpenClaw VM: Add Binary to Dockerfile…');
    await workbench.quickInput.type('tool');
    await workbench.quickInput.choose(/^tool, 1\.2\.3/);
    await workbench.statusBar().filter({ hasText: 'Ln 4, Col 1' }).waitFor();
    await workbench.editor.focus();
    assert.match(await workbench.editor.text(), /@scope\/tool@1\.2\.3/);
    await workbench.page.keyboard.press('Control+z');
    assert.equal(await workbench.editor.text(), dockerfile);
  });

  it('offers newer versions for review, and takes them back in one step', async () => {
    await workbench.openFile('Dockerfile');
    await workbench.runCommand('OpenClaw VM: Add Binary to Dockerfile…');
    await workbench.quickInput.choose(/^gog, /);
    // The cursor is put on the stanza at the very end.
    await workbench.statusBar().filter({ hasText: 'Ln 4, Col 1' }).waitFor();
    await workbench.editor.save();
    const before = read('Dockerfile');
    api.publish(gogRelease('0.99.0'));
    await workbench.runCommand('OpenClaw VM: Check for Newer Versions');
    const preview = workbench.page.locator('.bulk-edit-panel');
    await preview.getByText('# openclaw-vm: gog').first().waitFor();
    await workbench.screenshot('binaries-preview');
    assert.equal(read('Dockerfile'), before);
    // Nothing is taken that nobody has ticked; the file's box is for all.
    await preview.locator('.edit-checkbox').first().click();
    await preview.getByRole('button', { name: 'Apply' }).click();
    await workbench.notifications.waitFor(/gog 0\.37\.0 → 0\.99\.0\. Build the image to have it/);
    await workbench.editor.focus();
    const after = await workbench.editor.text();
    assert.match(after, /^# openclaw-vm: gog 0\.99\.0$/m);
    assert.ok(after.includes(sha256('amd64 of gog 0.99.0')) && after.includes(sha256('arm64 of gog 0.99.0')), after);
    await workbench.screenshot('binaries-newer');
    await workbench.page.keyboard.press('Control+z');
    assert.equal(await workbench.editor.text(), before);
  });

  it('leaves the file alone where the preview is discarded', async () => {
    await workbench.openFile('Dockerfile');
    const before = await workbench.editor.text();
    api.publish(gogRelease('0.99.0'));
    await workbench.runCommand('OpenClaw VM: Check for Newer Versions');
    const preview = workbench.page.locator('.bulk-edit-panel');
    await preview.getByRole('button', { name: 'Discard' }).click();
    await preview.waitFor({ state: 'hidden' });
    await workbench.editor.focus();
    assert.equal(await workbench.editor.text(), before);
  });

  it('says why a release is not taken, and asks nothing unasked', async () => {
    await workbench.openFile('Dockerfile');
    const before = await workbench.editor.text();
    assert.deepEqual(api.requests, []);
    const release = gogRelease('0.99.0');
    const { 'checksums.txt': _, ...files } = release.files;
    api.publish({ ...release, files });
    await workbench.runCommand('OpenClaw VM: Check for Newer Versions');
    await workbench.notifications.waitFor(
      /has no checksum file "checksums\.txt", so it is not taken\. Dockerfile was not changed\./,
    );
    await workbench.editor.focus();
    assert.equal(await workbench.editor.text(), before);
  });
});

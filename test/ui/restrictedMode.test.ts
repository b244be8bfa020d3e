import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { withTestHosts } from '../support/hosts/testHosts.ts';

/** The example in a workspace that nobody has trusted, beside a real engine. */
describe('Restricted Mode', () => {
  const hosts = withTestHosts(['local']);
  let workbench: Workbench;

  before(async () => {
    await hosts.up();
    workbench = await startWorkbench({
      trust: 'restricted',
      environment: { DOCKER_HOST: `unix://${hosts.get('local').engineSocketFile}` },
      settings: { 'files.autoSave': 'off' },
    });
    await workbench.statusBar().filter({ hasText: 'Restricted Mode' }).waitFor();
  });
  after(async () => {
    await workbench?.close();
    await hosts.down();
  });

  it('shows the findings, with their fixes', async () => {
    await workbench.problems.waitFor(/gog.*lost when the container is recreated/);
    await workbench.problems.goTo(/gog.*lost when the container is recreated/);
    assert.match((await workbench.editor.quickFixes()).join('\n'), /Bake .*gog/);
  });

  it('shows the machines', async () => {
    const vms = await workbench.openView('OpenClaw VM', 'VMs');
    await vms.row(/^Local Docker.*Docker \d/).waitFor();
  });

  it('says at a deployment that it needs trust, and how to give it', async () => {
    await workbench.openFile('Dockerfile');
    const titles = workbench.page.locator('.editor-actions');
    assert.equal(await titles.getByRole('button', { name: 'Deploy' }).count(), 0);
    await workbench.runCommand('OpenClaw VM: Deploy');
    await workbench.quickInput.choose(/^Local Docker/);
    await workbench.quickInput.choose(/^This workspace's project/);
    const message = await workbench.notifications.waitFor('is not trusted');
    assert.match(message, /Manage Workspace Trust/);
    await workbench.notifications.clear();
  });

  it('ends when the workspace is trusted, without a restart', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.openFile('Dockerfile');
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Deploy' }).waitFor();
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FrameLocator } from 'playwright-core';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { withTestHosts } from '../support/hosts/testHosts.ts';
import {
  gatewayService,
  type HomeFolder,
  homeWithKey,
  hostKeyOf,
  startProject,
  writeProject,
  writeVmSettings,
} from './gatewayProject.ts';

describe('the Gateway Overview', () => {
  const hosts = withTestHosts(['vm1']);
  const violations: string[] = [];
  let home: HomeFolder;
  let project: ReturnType<typeof writeProject>;
  let workbench: Workbench;
  let page: FrameLocator;

  before(async () => {
    await hosts.up();
    const vm = hosts.get('vm1');
    await startProject(vm);
    home = homeWithKey(vm, { [vm.address]: await hostKeyOf(vm) });
    project = writeProject();
    workbench = await startWorkbench({
      environment: { HOME: home.folder },
      folder: project.folder,
      colorScheme: 'dark',
    });
    workbench.page.on('console', (message) => {
      if (
        /Content Security Policy/i.test(message.text()) &&
        /vscode-webview|gatewayOverview/.test(message.location().url)
      ) {
        violations.push(message.text());
      }
    });
    const vms = await workbench.openView('OpenClaw VM', 'VMs');
    writeVmSettings(workbench, [{ name: 'vm1', host: vm.address, user: 'root' }]);
    await vms.row(gatewayService).clickInline('Gateway Overview');
    page = workbench.webview();
    await page.getByRole('heading', { name: gatewayService }).waitFor();
  });
  after(async () => {
    await workbench?.close();
    home?.remove();
    project?.remove();
    await hosts.down();
  });

  const refresh = () => page.getByRole('button', { name: 'Refresh' });
  const ready = () => page.locator('header .state.good', { hasText: 'Ready' });

  it('shows the gateway as ready, with its probes and its VM', async () => {
    // Nobody refreshes: a page that is watched follows the start.
    await ready().waitFor();
    assert.match(
      await page.getByRole('region', { name: 'Probes' }).innerText(),
      /Live \(\/healthz\)\s*yes\s*Ready \(\/readyz\)\s*yes/,
    );
    assert.match(await page.getByRole('region', { name: 'VM' }).innerText(), /Memory\s*3\.0 GB/);
    assert.match(
      await page.getByRole('region', { name: 'Gateway', exact: true }).innerText(),
      /Image\s*demo-gateway:local/,
    );
    await workbench.screenshot('overview-dark');
  });

  it('shows each binary that the skills need, as it is in the container', async () => {
    const grid = page.getByRole('grid', { name: 'Binaries in the running container' });
    const row = grid.getByRole('row').filter({ hasText: 'gog' });
    assert.match(await row.innerText(), /Present\s*\/usr\/local\/bin\/gog/);
  });

  it('shows the table of what persists where, row by row, against the mounts', async () => {
    const grid = page.getByRole('grid', { name: 'What persists where' });
    const row = (name: string) => grid.getByRole('row').filter({ hasText: name }).first();
    assert.match(await row('Gateway config').innerText(), /Kept[\s\S]*demo_state/);
    assert.match(await row('Agent workspace').innerText(), /Kept/);
    assert.match(await row('External binaries').innerText(), /In the image/);
    assert.match(await row('Docker container').innerText(), /Ephemeral/);
    assert.match(await row('/home/node/.config/openclaw').innerText(), /Lost on recreate/);
    await row('Docker container').scrollIntoViewIfNeeded();
    await workbench.screenshot('overview-persistence');
  });

  it('is worked by keyboard', async () => {
    await refresh().focus();
    await page.locator('header p').evaluate((line) => line.setAttribute('data-before', 'yes'));
    await workbench.page.keyboard.press('Enter');
    await page.locator('header p[data-before]').waitFor({ state: 'detached' });
    assert.equal(await refresh().evaluate((button) => button.ownerDocument.activeElement?.id), 'refresh');
    await page.getByRole('grid', { name: 'What persists where' }).getByRole('gridcell').first().focus();
    await workbench.page.keyboard.press('ArrowRight');
    await page.getByRole('gridcell', { name: 'Kept' }).first().waitFor();
  });

  it('follows the container while it is in view', async () => {
    await hosts.get('vm1').run(['docker', 'stop', `demo-${gatewayService}-1`]);
    await page.locator('header .state.bad', { hasText: 'exited' }).waitFor();
    await workbench.screenshot('overview-stopped');
    await hosts.get('vm1').run(['docker', 'start', `demo-${gatewayService}-1`]);
    await ready().waitFor();
  });

  it('can be read in light and in high contrast', async () => {
    for (const [name, theme] of [
      ['light', 'Light Modern'],
      ['contrast', 'Dark High Contrast'],
    ] as const) {
      await workbench.runCommand('Preferences: Color Theme');
      await workbench.quickInput.type(theme);
      await workbench.page.keyboard.press('Enter');
      await workbench.quickInput.box.waitFor({ state: 'hidden' });
      await workbench.page.waitForTimeout(500);
      await page.locator('body').evaluate((body) => body.ownerDocument.scrollingElement?.scrollTo(0, 0));
      await workbench.screenshot(`overview-${name}`);
    }
    const [text, ground] = await page.locator('h1').evaluate((title) => {
      const { ownerDocument } = title;
      const style = ownerDocument.defaultView?.getComputedStyle(ownerDocument.body);
      return [style?.color, style?.backgroundColor];
    });
    assert.notEqual(text, ground);
  });

  it('follows the log from its button', async () => {
    await page.getByRole('button', { name: 'Tail Logs' }).click();
    await workbench.output.waitFor(/\[gateway\]/);
  });

  it('says what is wrong when the container is gone, and comes back', async () => {
    await hosts.get('vm1').run(['docker', 'rm', '-f', `demo-${gatewayService}-1`]);
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Show Log' }).waitFor();
    await workbench.screenshot('overview-failed');
    await page.getByRole('button', { name: 'Try Again' }).click();
    await page.getByRole('alert').waitFor();
    await startProject(hosts.get('vm1'));
    await page.getByRole('heading', { name: gatewayService }).waitFor();
  });

  it('loads nothing that its content security policy forbids', () => {
    assert.deepEqual(violations, []);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { TreeView } from '../support/browser/TreeView.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { withTestHosts } from '../support/hosts/testHosts.ts';
import {
  gatewayService,
  type HomeFolder,
  homeWithKey,
  hostKeyOf,
  startProject,
  writeVmSettings,
} from './gatewayProject.ts';

/** Every state that a machine can have, side by side. */
describe('the sidebar', () => {
  const hosts = withTestHosts(['vm1', 'vm2']);
  let home: HomeFolder;
  let workbench: Workbench;
  let vms: TreeView;

  before(async () => {
    await hosts.up();
    const [vm1, vm2] = [hosts.get('vm1'), hosts.get('vm2')];
    await startProject(vm1);
    await vm1.run(['docker', 'run', '-d', '--name', 'lonely', 'openclaw-fixture', 'sleep', '600']);
    // vm2 shows another key than the one that is remembered for it.
    home = homeWithKey(vm1, { [vm1.address]: await hostKeyOf(vm1), [vm2.address]: await hostKeyOf(vm1) });
    const wrongKey = path.join(home.folder, '.ssh', 'wrong');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', wrongKey]);
    const vm = { host: vm1.address, user: 'root' };
    workbench = await startWorkbench({
      environment: { HOME: home.folder },
    });
    vms = await workbench.openView('OpenClaw VM', 'VMs');
    // Only lines in sight are drawn, and here are many.
    await workbench.page.locator('.pane-header[aria-label="Skills Section"]').click();
    writeVmSettings(workbench, [
      { name: 'good', ...vm },
      { name: 'closed-port', ...vm, port: 2 },
      { name: 'unknown-name', ...vm, host: 'no-such-host.invalid' },
      { name: 'no-docker-rights', ...vm, user: 'nodocker' },
      { name: 'wrong-key', ...vm, identityFile: wrongKey },
      { name: 'other-key', host: vm2.address, user: 'root' },
      { name: 'a;b c', ...vm },
      { name: 'good', ...vm },
      'root@host',
    ]);
  });
  after(async () => {
    await workbench?.close();
    home?.remove();
    await hosts.down();
  });

  it('says which entries of the settings cannot be used, and shows the others', async () => {
    const message = await workbench.notifications.waitFor('a;b c');
    assert.match(message, /and 2 more/);
    await workbench.notifications.clear();
    await vms.row(/^other-key/).waitFor();
    const names = (await vms.rows()).filter((row) => !row.startsWith(' '));
    assert.equal(names.length, 7, names.join('\n'));
    assert.match(names[0] ?? '', /^Local Docker/);
  });

  it('shows facts, project, service and container of a VM', async () => {
    await vms.row(/^good.*Docker/).waitFor();
    await vms.row('Other containers').waitFor();
    const rows = await vms.rows();
    const good = rows.findIndex((row) => row.startsWith('good '));
    assert.match(rows[good] ?? '', /^good (?:amd64|arm64) · 3\.0 GB · Docker \d+\.\d+\.\d+$/);
    assert.equal(rows[good + 1], '  demo 1 of 1 running');
    assert.match(rows[good + 2] ?? '', new RegExp(`^ {4}${gatewayService} Up .*`));
    assert.match(rows[good + 3] ?? '', new RegExp(`^ {6}${gatewayService}-1 Up .*`));
    assert.equal(rows[good + 4], '  Other containers 1');
  });

  it('says of each machine what is wrong and what to do', async () => {
    const expected: readonly (readonly [machine: string, state: string, wrong: RegExp])[] = [
      ['closed-port', 'connection refused', /refuse/],
      ['unknown-name', 'name not found', /no-such-host\.invalid/],
      ['no-docker-rights', 'no permission for Docker', /nodocker/],
      ['wrong-key', 'login refused', /root/],
      ['other-key', 'HOST KEY CHANGED', /changed/i],
    ];
    for (const [machine, state] of expected) await vms.row(`${machine}${state}`).waitFor();
    const rows = await vms.rows();
    for (const [machine, state, wrong] of expected) {
      const at = rows.indexOf(`${machine} ${state}`);
      assert.notEqual(at, -1, `${machine} ${state} in\n${rows.join('\n')}`);
      assert.match(rows[at + 1] ?? '', wrong);
      assert.ok((rows[at + 2] ?? '').length > 20, 'the remedy');
      assert.equal(rows[at + 3], '  Try again');
    }
    await workbench.screenshot('tree-problems');
  });

  it('offers what can be done with each line', async () => {
    assert.deepEqual(await vms.row(/^demo/).menuItems(), [
      'Deploy',
      'Build',
      'Update',
      'Open Control UI',
      'Gateway Overview',
      'Verify Binaries and Gateway',
      'Tail Gateway Logs',
    ]);
    assert.deepEqual(await vms.row(/^closed-port/).menuItems(), ['Retry Connection', 'Copy Address', 'Remove VM']);
    assert.deepEqual(await vms.row(/^good/).menuItems(), [
      'Deploy',
      'Build',
      'Open Shell',
      'Copy Address',
      'Remove VM',
    ]);
  });

  it('follows a container that stops and starts', async () => {
    const vm1 = hosts.get('vm1');
    await vm1.run(['docker', 'stop', `demo-${gatewayService}-1`]);
    await vms.row(new RegExp(`^${gatewayService}-1Exited`)).waitFor();
    await vms.row('0 of 1 running').waitFor();
    await vm1.run(['docker', 'start', `demo-${gatewayService}-1`]);
    await vms.row('1 of 1 running').waitFor();
  });

  it('says that an engine was stopped, and finds it again', async () => {
    const vm1 = hosts.get('vm1');
    await vm1.stopEngine();
    await vms.row(/^good.*(?:Docker is not running|connection lost).*last seen/).waitFor();
    await workbench.screenshot('tree-stale');
    await vm1.startEngine();
    // Nobody clicks: while the view is open, what may pass is tried again.
    await vms.row(/^good.*Docker \d/).waitFor();
  });

  it('tries again by a button', async () => {
    await hosts.get('vm1').run(['usermod', '-aG', 'docker', 'nodocker']);
    await vms.row(/^no-docker-rights/).clickInline('Retry Connection');
    await vms.row(/^no-docker-rights.*Docker \d/).waitFor();
  });

  it('removes a VM and leaves the others', async () => {
    await vms.row(/^closed-port/).clickMenu('Remove VM');
    assert.match(await workbench.dialog.waitFor('Remove "closed-port"'), /Nothing on the VM changes/);
    await workbench.dialog.click('Remove');
    await vms.row(/^closed-port/).element.waitFor({ state: 'hidden' });
    await vms.row(/^other-key/).waitFor();
    const names = (await vms.rows()).filter((row) => !row.startsWith(' '));
    assert.equal(names.length, 6, names.join('\n'));
  });
});

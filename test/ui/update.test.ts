import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { TreeView } from '../support/browser/TreeView.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { withTestHosts } from '../support/hosts/testHosts.ts';
import {
  gatewayService,
  goodDockerfile,
  type HomeFolder,
  homeWithKey,
  projectFiles,
  startProject,
} from './gatewayProject.ts';

const git = ['git', '-C', '/root/demo'];

/** A gateway that was put on the VM by git, and a VM that the person has in the SSH config. */
describe('updating a gateway, by clicking', () => {
  const hosts = withTestHosts(['vm1']);
  let home: HomeFolder;
  let workbench: Workbench;
  let vms: TreeView;
  const vm = () => hosts.get('vm1');

  before(async () => {
    await hosts.up();
    await startProject(vm());
    const setUp = [
      'git init --quiet --bare --initial-branch main /root/remote.git',
      'cd /root/demo && git init --quiet --initial-branch main && echo .env > .gitignore',
      'git config user.name Tester && git config user.email tester@example.com',
      'git add . && git commit --quiet -m first',
      'git remote add origin /root/remote.git && git push --quiet -u origin main',
    ];
    await vm().run(['sh', '-ec', setUp.join('\n')]);
    home = homeWithKey(vm(), {});
    const config = `Host gateway-vm\n  HostName ${vm().address}\n  User root\n  IdentityFile ~/.ssh/gateway_key\n\nHost *.internal\n  User admin\n`;
    writeFileSync(path.join(home.folder, '.ssh/config'), config);
    copyFileSync(vm().keyFile, path.join(home.folder, '.ssh/gateway_key'));
    workbench = await startWorkbench({ environment: { HOME: home.folder } });
    vms = await workbench.openView('OpenClaw VM', 'VMs');
  });
  after(async () => {
    await workbench?.close();
    home?.remove();
    await hosts.down();
  });

  /** Another person's change, pushed to the remote. */
  const push = async (dockerfile: string): Promise<void> => {
    await vm().run(['rm', '-rf', '/root/other']);
    await vm().run(['git', 'clone', '--quiet', '/root/remote.git', '/root/other']);
    await vm().writeFile('/root/other/Dockerfile', dockerfile);
    const who = ['-c', 'user.name=Other', '-c', 'user.email=other@example.com'];
    await vm().run(['git', '-C', '/root/other', ...who, 'commit', '--quiet', '-am', 'change']);
    await vm().run(['git', '-C', '/root/other', 'push', '--quiet']);
  };

  it('adds a VM from the SSH config, with its user and key', async () => {
    await vms.clickTitleAction('Add VM…');
    assert.match((await workbench.quickInput.items()).join('\n'), new RegExp(`gateway-vm, root@${vm().address}`));
    await workbench.quickInput.choose(/^gateway-vm/);
    await workbench.quickInput.waitFor('How the sidebar calls the VM');
    await workbench.quickInput.answer('gateway-vm');
    await workbench.dialog.waitFor('Do you trust the host key');
    await workbench.dialog.click('Trust and Remember');
    await vms.row(/^demo.*1 of 1 running/).waitFor();
  });

  it('pulls, builds and brings the gateway up', async () => {
    await push(`${goodDockerfile}LABEL release=2\n`);
    await vms.row(/^demo/).clickMenu('Update');
    const message = await workbench.notifications.waitFor('Updated demo on "gateway-vm"', { timeoutMs: 120_000 });
    assert.match(message, /the gateway is ready/);
    const label = ['docker', 'inspect', '--format', '{{index .Config.Labels "release"}}', `demo-${gatewayService}-1`];
    assert.equal((await vm().run(label)).trim(), '2');
    await workbench.output.open('OpenClaw VM: Deploy');
    const output = await workbench.output.text();
    const steps = ['git pull', 'build', 'up -d'].map((step) => output.indexOf(step));
    assert.ok(steps.every((at) => at >= 0) && steps[0] === Math.min(...steps), output);
    await workbench.notifications.clear();
  });

  it('says which local change is in the way, and leaves everything as it is', async () => {
    await push(`${goodDockerfile}LABEL release=3\n`);
    await vm().writeFile('/root/demo/Dockerfile', `${projectFiles['Dockerfile']}# mine\n`);
    await vms.row(/^demo/).clickMenu('Update');
    const message = await workbench.notifications.waitFor(/Dockerfile/, { timeoutMs: 60_000 });
    assert.match(message, /still running as it was/);
    assert.match(await vm().run(['cat', '/root/demo/Dockerfile']), /# mine/);
    assert.equal((await vm().run([...git, 'status', '--porcelain'])).trim(), 'M Dockerfile');
    await workbench.screenshot('update-refused');
  });
});

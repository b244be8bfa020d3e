import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
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
  hostKeyOf,
  writeProject,
  writeVmSettings,
} from './gatewayProject.ts';

/** A step that a build spends minutes in. */
const slowStep = 'RUN echo waiting && sleep 294\n';

describe('the commands, by clicking', () => {
  const hosts = withTestHosts(['vm1']);
  let home: HomeFolder;
  let project: ReturnType<typeof writeProject>;
  let workbench: Workbench;
  let vms: TreeView;
  const vm = () => hosts.get('vm1');
  const setDockerfile = (text: string) => writeFileSync(path.join(project.folder, 'Dockerfile'), text);

  before(async () => {
    await hosts.up();
    home = homeWithKey(vm(), { [vm().address]: await hostKeyOf(vm()) });
    project = writeProject();
    workbench = await startWorkbench({ environment: { HOME: home.folder }, folder: project.folder });
    vms = await workbench.openView('OpenClaw VM', 'VMs');
    writeVmSettings(workbench, [{ name: 'vm1', host: vm().address, user: 'root' }]);
    await vms.row(/^vm1.*Docker/).waitFor();
  });
  after(async () => {
    await workbench?.close();
    home?.remove();
    project?.remove();
    await hosts.down();
  });

  it('Deploy on a VM uploads the workspace, makes a .env, builds, starts and verifies', async () => {
    await vms.row(/^vm1/).clickInline('Deploy');
    await workbench.quickInput.choose(/^This workspace's project: demo-gateway/);
    await workbench.quickInput.waitFor('Where the files of');
    await workbench.quickInput.answer('relative/folder');
    assert.match(await workbench.quickInput.message(), /absolute folder/);
    await workbench.quickInput.answer('~/demo gateway');
    const question = await workbench.dialog.waitFor('no .env yet');
    assert.match(question, /OPENCLAW_GATEWAY_TOKEN: a fresh random value/);
    await workbench.dialog.click('Create .env');
    const message = await workbench.notifications.waitFor('Deployed', { timeoutMs: 120_000 });
    assert.match(
      message,
      /^Deployed demo-gateway on "vm1" in .* s: the gateway is ready, 1 of 1 binaries are there\.$/,
    );
    const env = await vm().run(['cat', '/root/demo gateway/.env']);
    const token = /^OPENCLAW_GATEWAY_TOKEN=([0-9a-f]{64})$/m.exec(env)?.[1];
    assert.ok(token);
    assert.equal((await vm().run(['stat', '-c', '%a', '/root/demo gateway/.env'])).trim(), '600');
    await workbench.output.open('OpenClaw VM: Deploy');
    const output = await workbench.output.text();
    assert.match(output, /docker compose .*build/);
    assert.ok(!output.includes(token), 'the token is in the output');
    await workbench.notifications.clear();
  });

  it('Deploy from the project in the sidebar asks nothing', async () => {
    await vms.row(/^demo/).clickInline('Deploy');
    await workbench.notifications.waitFor('Deployed demo on "vm1"', { timeoutMs: 120_000 });
    await workbench.notifications.clear();
  });

  it('Verify says what the container has', async () => {
    await vms.row(/^demo/).clickMenu('Verify Binaries and Gateway');
    const message = await workbench.notifications.waitFor('On "vm1"');
    assert.match(message, /the gateway is ready, 1 of 1 binaries are there/);
    await workbench.notifications.clear();
  });

  it('Tail Gateway Logs follows the log in colour until it is stopped', async () => {
    await vms.row(/^demo/).clickInline('Tail Gateway Logs');
    await workbench.output.waitFor(/info\s+\[gateway\]\s+ready/);
    const spans = workbench.output.lines
      .filter({ hasText: /info\s+\[gateway\]\s+ready/ })
      .last()
      .locator('span span');
    // The line is drawn plain first and coloured a moment later.
    await spans.nth(3).waitFor();
    const classes = await spans.evaluateAll((parts) => parts.map((part) => part.className));
    assert.ok(new Set(classes).size >= 3, `colours: ${classes.join(', ')}`);
    await workbench.runCommand('OpenClaw VM: Stop Tailing Gateway Logs');
    await workbench.output.waitFor('No longer following');
  });

  it('a build that is cancelled really ends, and the gateway goes on', async () => {
    const before = (await vm().run(['docker', 'ps', '-q', '--filter', `name=demo-${gatewayService}`])).trim();
    await workbench.openFile('Dockerfile');
    setDockerfile(goodDockerfile + slowStep);
    await workbench.clickEditorTitle('Deploy');
    await workbench.quickInput.choose('vm1');
    await workbench.quickInput.waitFor('Where the files of');
    await workbench.quickInput.answer('~/demo gateway');
    await workbench.output.open('OpenClaw VM: Deploy');
    await workbench.output.waitFor('waiting', { timeoutMs: 60_000 });
    await workbench.notifications.click('Deploying', 'Cancel');
    const message = await workbench.notifications.waitFor('Cancelled on "vm1"');
    assert.match(message, /still running as it was/);
    const left = await vm().ssh(['pgrep', '-f', '^sleep 294']);
    assert.equal(left.stdout.trim(), '', 'the step of the build still runs');
    assert.equal((await vm().run(['docker', 'ps', '-q', '--filter', `name=demo-${gatewayService}`])).trim(), before);
    await workbench.notifications.clear();
  });

  it('a build that fails says what and what next', async () => {
    setDockerfile(`${goodDockerfile}RUN no-such-command --at-all\n`);
    await workbench.clickEditorTitle('Build');
    await workbench.quickInput.choose('vm1');
    await workbench.quickInput.waitFor('Where the files of');
    await workbench.quickInput.answer('~/demo gateway');
    const message = await workbench.notifications.waitFor('no-such-command', { timeoutMs: 60_000 });
    assert.match(message, /RUN no-such-command.* Install no-such-command in the Dockerfile/);
    await workbench.screenshot('commands-build-failed');
    await workbench.notifications.click('no-such-command', 'Show Output');
    await workbench.output.waitFor('no-such-command');
    await workbench.notifications.clear();
  });

  it('Add Binary puts the stanza where it belongs, and shows it', async () => {
    setDockerfile(goodDockerfile);
    await workbench.openFile('Dockerfile');
    await workbench.clickEditorTitle('Add Binary to Dockerfile');
    await workbench.quickInput.type('goplaces');
    await workbench.quickInput.choose(/^goplaces/);
    await workbench.page.locator('.view-line', { hasText: 'openclaw-vm: goplaces' }).waitFor();
    const text = await workbench.editor.text();
    assert.ok(text.indexOf('openclaw-vm: goplaces') < text.lastIndexOf('USER node'), text);
    await workbench.screenshot('commands-add-binary');
  });
});

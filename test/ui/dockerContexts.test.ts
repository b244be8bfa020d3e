import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { TreeView } from '../support/browser/TreeView.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { DockerConfigFolder } from '../support/dockerConfigFolder.ts';
import { EngineAuthority } from '../support/engineCertificates.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { type Relay, relayTo, serveOverTls, tlsPort } from '../support/tlsEngine.ts';
import { type HomeFolder, homeWithKey, hostKeyOf, startProject } from './gatewayProject.ts';

const openCompose = `name: open
services:
  openclaw-gateway:
    image: demo-gateway:local
    environment:
      OPENCLAW_GATEWAY_TOKEN: 8d1f0c5b7a6e4d3c2b1a09f8e7d6c5b4
    ports: ["18789:18789"]
`;

/** Docker contexts as people have them: over TLS, over SSH, without encryption, and one that is broken. */
describe('Docker contexts, by clicking', () => {
  const hosts = withTestHosts(['vm1']);
  const config = new DockerConfigFolder();
  let vm1: TestHost;
  let home: HomeFolder;
  let plain: Relay;
  let workbench: Workbench;
  let vms: TreeView;

  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
    const authority = await EngineAuthority.create(path.join(config.path, 'made'), 'authority');
    const altNames = [`IP:${vm1.address}`];
    await serveOverTls(vm1, authority, await authority.issue({ commonName: 'engine', altNames, usage: 'serverAuth' }));
    await startProject(vm1);
    plain = await relayTo({ path: vm1.engineSocketFile });
    const tls = { ca: authority.certificate, ...(await authority.issue({ commonName: 'me', usage: 'clientAuth' })) };
    config.write({ name: 'prod', description: 'the gateway', host: `tcp://${vm1.address}:${tlsPort}`, tls });
    config.write({ name: 'bare', host: `tcp://127.0.0.1:${plain.port}` });
    config.write({ name: 'by-ssh', host: `ssh://root@${vm1.address}` });
    config.writeFile(config.metaFile('half'), '{"Name":"half');
    home = homeWithKey(vm1, { [vm1.address]: await hostKeyOf(vm1) });
    workbench = await startWorkbench({ environment: { HOME: home.folder, DOCKER_CONFIG: config.path } });
    vms = await workbench.openView('OpenClaw VM', 'VMs');
  });
  after(async () => {
    await workbench?.close();
    await plain?.close();
    home?.remove();
    config.remove();
    await hosts.down();
  });

  async function add(context: string): Promise<void> {
    await vms.clickTitleAction('Add VM…');
    await workbench.quickInput.choose(new RegExp(`^${context}, `));
    await workbench.quickInput.waitFor('Add VM: name');
    await workbench.quickInput.answer(context);
    await vms.row(new RegExp(`^${context}.*Docker \\d`)).waitFor({ timeoutMs: 60_000 });
  }

  function writtenVms(): readonly unknown[] {
    const settings = path.join(workbench.dataDirectory, 'data', 'Machine', 'settings.json');
    return JSON.parse(readFileSync(settings, 'utf8'))['openclawVm.vms'];
  }

  it('are offered beside the SSH config, with what each leads to', async () => {
    await vms.clickTitleAction('Add VM…');
    await workbench.quickInput.waitFor(/a Docker context/);
    const items = (await workbench.quickInput.items()).join('\n');
    assert.match(items, /^prod, .*tcp:\/\/10\.[\d.]+:2376.*the gateway · the engine alone, over TLS/m);
    assert.match(items, /^bare, .*not encrypted: anybody on the way can control it/m);
    assert.match(items, /^by-ssh, .*ssh:\/\/root@10\.[\d.]+.*over SSH/m);
    assert.match(items, /cannot be used.*\/meta\.json is not whole, or not JSON/m);
    await workbench.screenshot('contexts-offered');
    await workbench.quickInput.cancel();
  });

  it('show the containers of an engine over TLS', async () => {
    await add('prod');
    await vms.row(/^openclaw-gateway-1/).waitFor();
    assert.deepEqual(writtenVms(), [{ name: 'prod', context: 'prod' }]);
    const rows = (await vms.rows()).join('\n');
    assert.match(rows, /^prod (?:amd64|arm64) · [\d.]+ GB · Docker \d+/m);
    await workbench.screenshot('context-tls');
  });

  it('stop and start a container over TLS, and show it by events', async () => {
    await vms.row(/^openclaw-gateway-1/).clickInline('Stop Container');
    await vms.row(/^openclaw-gateway-1Exited/).waitFor();
    await vms.row(/^openclaw-gateway-1/).clickInline('Start Container');
    await vms.row(/^openclaw-gateway-1Up/).waitFor();
  });

  it('verify the gateway and follow its log over TLS', async () => {
    await vms.row(/^demo/).clickMenu('Verify Binaries and Gateway');
    assert.match(await workbench.notifications.waitFor('On "prod"'), /the gateway is ready/);
    await workbench.notifications.clear();
    await vms.row(/^demo/).clickInline('Tail Gateway Logs');
    await workbench.output.waitFor(/info\s+\[gateway\]\s+ready/);
    await workbench.runCommand('OpenClaw VM: Stop Tailing Gateway Logs');
  });

  it('open a shell in a container over TLS', async () => {
    await vms.row(/^openclaw-gateway-1/).clickMenu('Open Shell');
    await workbench.page.locator('.terminal.xterm').last().waitFor();
    const read = ['docker', 'exec', 'demo-openclaw-gateway-1', 'cat', '/tmp/from-shell'];
    for (let attempt = 0; (await vm1.ssh(read)).stdout !== 'node\n'; attempt += 1) {
      assert.ok(attempt < 20, 'the shell did nothing');
      await workbench.page.keyboard.type('id -un > /tmp/from-shell\n');
      await workbench.page.waitForTimeout(500);
    }
    await workbench.page.keyboard.type('exit\n');
  });

  it('offer no deployment and no terminal of a machine that is not there, and say why', async () => {
    const items = await vms.row(/^prod/).menuItems();
    assert.ok(!items.includes('Deploy') && !items.includes('Open Shell'), items.join());
    assert.ok(items.includes('Remove VM'), items.join());
    await vms.row(/^demo/).clickMenu('Deploy');
    const message = await workbench.notifications.waitFor('through its Docker Engine alone');
    assert.match(message, /cannot be built, deployed or updated there.*Add the machine over SSH/s);
    await workbench.screenshot('context-no-deploy');
    await workbench.notifications.clear();
  });

  it('explain where a port cannot be reached without SSH', async () => {
    await vms.row(/^demo/).clickMenu('Open Control UI');
    const message = await workbench.notifications.waitFor('cannot be reached');
    assert.match(message, /it is not published, and there is no tunnel through tcp:\/\/10\.[\d.]+:2376.*over SSH/s);
    await workbench.notifications.clear();
  });

  it('send no token over the network without a question', async () => {
    await vm1.writeFile('/root/open/compose.yaml', openCompose);
    await vm1.run(['docker', 'compose', '--project-directory', '/root/open', 'up', '-d']);
    await vms.row(/^open1 of 1/).waitFor();
    await vms.row(/^open1 of 1/).clickMenu('Open Control UI');
    assert.match(
      await workbench.dialog.waitFor("The gateway's token would go to"),
      /to 10\.[\d.]+ unencrypted.*over SSH/s,
    );
    await workbench.dialog.click('Cancel');
    assert.doesNotMatch((await vms.rows()).join('\n'), /127\.0\.0\.1:\d+ →/);
    await vms.row(/^open1 of 1/).clickMenu('Open Control UI');
    const opening = workbench.page.context().waitForEvent('page', { timeout: 60_000 });
    await workbench.dialog.click('Open Anyway');
    await (await opening).close();
    await vms.row(/^127\.0\.0\.1:\d+→ openclaw-gateway of open/).waitFor();
    await vm1.run(['docker', 'compose', '--project-directory', '/root/open', 'down']);
  });

  it('mark what is not encrypted', async () => {
    await add('bare');
    await vms.row(/^bare.*not encrypted/).waitFor();
    await vms.row(/^bare/).element.hover();
    await workbench.page.locator('.monaco-hover', { hasText: 'listens without TLS' }).waitFor();
    await workbench.screenshot('context-plain');
  });

  it('are whole VMs over SSH', async () => {
    await add('by-ssh');
    const items = await vms.row(/^by-ssh/).menuItems();
    assert.ok(items.includes('Deploy') && items.includes('Open Shell'), items.join());
  });

  it('stand below the SSH config, which stays in charge of its hosts', async () => {
    const [match, host] = [
      'Match originalhost claw exec "true"\n  User root\n',
      `Host claw\n  HostName ${vm1.address}\n`,
    ];
    writeFileSync(path.join(home.folder, '.ssh/config'), `${match}${host}  User nobody\n`);
    await vms.clickTitleAction('Add VM…');
    await workbench.quickInput.choose(/^claw, (?!nobody@).*"Match exec" decides/);
    await workbench.quickInput.waitFor('Add VM: name');
    await workbench.quickInput.answer('claw');
    await vms.row(/^claw.*Docker \d/).waitFor({ timeoutMs: 60_000 });
    assert.deepEqual(writtenVms().at(-1), { name: 'claw', host: 'claw' });
  });

  it('that are broken say which file', async () => {
    await vms.clickTitleAction('Add VM…');
    await workbench.quickInput.choose(/cannot be used/);
    const message = await workbench.notifications.waitFor('is not whole');
    assert.ok(message.includes(config.metaFile('half')), message);
  });
});

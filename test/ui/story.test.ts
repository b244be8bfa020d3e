import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import {
  addVm,
  createEnvFile,
  gatewayService,
  giveKey,
  goToTrap,
  startOnVm,
  takeFix,
  useReleasesOf,
  vmsView,
} from '../support/story.ts';

/** The real gateway, on a real VM, by clicking. Each test goes on where the one before it has ended. */
describe('the whole story, with the real gateway', () => {
  const hosts = withTestHosts(['vm1'], { images: ['openclaw'], releaseHost: true });
  let vm: TestHost;
  let workbench: Workbench;
  const read = (file: string) => readFileSync(path.join(workbench.folder, file), 'utf8');

  before(async () => {
    await hosts.up();
    vm = hosts.get('vm1');
    workbench = await startWorkbench();
    giveKey(workbench, vm);
    useReleasesOf(hosts.releaseHost(), workbench);
  });
  afterEach(async (context) => {
    if ('passed' in context && !context.passed) await workbench?.screenshot('story-failure');
  });
  after(async () => {
    await workbench?.close();
    await hosts.down();
  });

  it('underlines the install that runs at each start', async () => {
    await goToTrap(workbench);
    const found = await workbench.problems.list();
    assert.ok(
      found.some(({ code, file }) => code?.includes('runtime-install') && file.includes('entrypoint.sh')),
      JSON.stringify(found),
    );
    await workbench.screenshot('story-1-underline');
  });

  it('moves it into the image', async () => {
    await takeFix(workbench);
    await workbench.openFile('Dockerfile');
    await workbench.screenshot('story-2-fixed');
    const dockerfile = read('Dockerfile');
    assert.match(dockerfile, /^# openclaw-vm: gog 0\.37\.0$/m);
    assert.match(dockerfile, /sha256sum -c/);
    assert.ok(dockerfile.indexOf('# openclaw-vm: gog') < dockerfile.lastIndexOf('USER node'), dockerfile);
    assert.doesNotMatch(read('scripts/entrypoint.sh'), /curl/);
    assert.match(read('scripts/entrypoint.sh'), /^exec "\$@"$/m);
    assert.ok(dockerfile.includes(hosts.releaseHost().sha256('gog', 'amd64')), dockerfile);
  });

  it('adds a VM, and asks about its host key with the fingerprint that the VM has', async () => {
    const question = await addVm(workbench, vm, 'hetzner-1');
    assert.ok(question.includes(await vm.hostKeyFingerprint()), question);
    const rows = (await (await vmsView(workbench)).rows()).join('\n');
    assert.match(rows, /hetzner-1 (?:amd64|arm64) · [\d.]+ GB · Docker \d+/);
    await workbench.screenshot('story-3-vm');
    const knownHosts = path.join(workbench.home, '.ssh/known_hosts');
    const { stdout } = spawnSync('ssh-keygen', ['-F', vm.address, '-f', knownHosts], { encoding: 'utf8' });
    assert.match(stdout, /ssh-ed25519 /);
  });

  it('builds the project on the VM, with a fresh token in .env', async () => {
    await startOnVm(workbench, 'Build', 'hetzner-1');
    const question = await createEnvFile(workbench);
    assert.match(question, /OPENCLAW_GATEWAY_TOKEN/);
    const message = await workbench.notifications.waitFor(/Built openclaw/, { timeoutMs: 90_000 });
    assert.match(message, /openclaw-gateway.* on "hetzner-1" in /);
    await workbench.screenshot('story-4-built');
    const environment = await vm.run(['cat', '/root/openclaw-gateway/.env']);
    assert.match(environment, /^OPENCLAW_GATEWAY_TOKEN=[0-9a-f]{64}$/m);
    assert.match(await vm.run(['stat', '-c', '%a', '/root/openclaw-gateway/.env']), /^600$/m);
    assert.match(await vm.run(['docker', 'images', 'openclaw-gateway']), /local/);
  });

  it('deploys it, and sees the gateway ready and gog in the image', async () => {
    await startOnVm(workbench, 'Deploy', 'hetzner-1');
    const message = await workbench.notifications.waitFor(/Deployed openclaw/, { timeoutMs: 180_000 });
    await workbench.screenshot('story-5-deployed');
    assert.match(message, /ready/i);
    const vms = await vmsView(workbench);
    await vms.row(gatewayService).waitFor();
    const probe = await vm.run([
      ...['docker', 'compose', '--project-directory', '/root/openclaw-gateway', 'exec', '-T', gatewayService],
      ...['sh', '-c', 'which gog && gog --version'],
    ]);
    assert.match(probe, /^\/usr\/local\/bin\/gog\n.*0\.37\.0/m);
  });

  it('follows the log of the gateway', async () => {
    const vms = await vmsView(workbench);
    await vms.row(/^openclaw-gateway/).waitFor();
    await workbench.runCommand('OpenClaw VM: Tail Gateway Logs');
    await workbench.output.waitFor(/\[gateway\] ready/, { timeoutMs: 60_000 });
    await workbench.screenshot('story-6-log');
  });

  it('shows what persists where', async () => {
    await workbench.runCommand('OpenClaw VM: Gateway Overview');
    const page = workbench.webview();
    await page.getByText('/home/node/.openclaw/workspace').first().waitFor({ timeout: 60_000 });
    await page.getByText('What persists where').first().waitFor();
    await workbench.screenshot('story-7-overview');
  });
});

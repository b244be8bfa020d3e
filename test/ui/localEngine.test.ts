import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorkbench } from '../support/browser/startWorkbench.ts';
import type { TreeView } from '../support/browser/TreeView.ts';
import type { Workbench } from '../support/browser/Workbench.ts';
import { withTestHosts } from '../support/hosts/testHosts.ts';
import { gatewayService, writeProject } from './gatewayProject.ts';

/** A real engine on this machine, and the docker client that people have beside it. */
describe('the local engine, by clicking', () => {
  const hosts = withTestHosts(['local']);
  const home = mkdtempSync(path.join(tmpdir(), 'openclaw-vm-home-'));
  let project: ReturnType<typeof writeProject>;
  let workbench: Workbench;
  let vms: TreeView;
  const engine = () => hosts.get('local');

  before(async () => {
    await hosts.up();
    project = writeProject();
    const { program, pluginFolder } = hosts.dockerClient();
    mkdirSync(path.join(home, 'bin'));
    symlinkSync(program, path.join(home, 'bin/docker'));
    mkdirSync(path.join(home, '.docker'));
    symlinkSync(pluginFolder, path.join(home, '.docker/cli-plugins'));
    workbench = await startWorkbench({
      folder: project.folder,
      environment: {
        HOME: home,
        DOCKER_HOST: `unix://${engine().engineSocketFile}`,
        PATH: `${path.join(home, 'bin')}:${process.env['PATH']}`,
      },
    });
  });
  after(async () => {
    await workbench?.close();
    project?.remove();
    rmSync(home, { recursive: true, force: true });
    await hosts.down();
  });

  it('is in the sidebar at once, without any setting', async () => {
    vms = await workbench.openView('OpenClaw VM', 'VMs');
    await vms.row(/^Local Docker/).waitFor();
    await vms.row(/Docker \d/).waitFor();
    const rows = (await vms.rows()).join('\n');
    assert.match(rows, /^Local Docker (?:amd64|arm64) · [\d.]+ GB · Docker \d+\.\d+/m);
    assert.match(rows, /No containers yet/);
  });

  it('builds and starts the project where it lies', async () => {
    await workbench.openFile('Dockerfile');
    await workbench.clickEditorTitle('Deploy');
    await workbench.quickInput.choose('Local Docker');
    await workbench.dialog.waitFor('no .env yet');
    await workbench.dialog.click('Create .env');
    const message = await workbench.notifications.waitFor('Deployed', { timeoutMs: 120_000 });
    assert.match(
      message,
      /^Deployed demo-gateway on "Local Docker" in .* the gateway is ready, 1 of 1 binaries are there/,
    );
    const running = await engine().run(['docker', 'ps', '--format', '{{.Names}}']);
    assert.equal(running.trim(), `demo-${gatewayService}-1`);
    const environment = readFileSync(path.join(project.folder, '.env'), 'utf8');
    assert.match(environment, /^OPENCLAW_GATEWAY_TOKEN=[0-9a-f]{64}$/m);
    await vms.row(new RegExp(`^demo-${gatewayService}-1|^${gatewayService}-1`)).waitFor();
    await workbench.screenshot('local-engine');
  });

  it('shows beside each binary of a skill what the running gateway has', async () => {
    const skills = await workbench.openView('OpenClaw VM', 'Skills');
    await skills.row(/^gog.*Dockerfile:\d+ · running on Local Docker: gog 0\.37\.0/).waitFor();
  });

  it('follows its log', async () => {
    await workbench.runCommand('OpenClaw VM: Tail Gateway Logs');
    await workbench.output.waitFor(/\[gateway\] ready/, { timeoutMs: 30_000 });
  });

  it('says what to do when there is none, and finds one that is started', async () => {
    await engine().stopEngine();
    await vms.row(/^Local Docker.*last seen/).waitFor();
    const rows = (await vms.rows()).join('\n');
    assert.match(rows, /^Local Docker (?:no Docker|Docker is not running) · last seen/m);
    assert.match(rows, /Try again/);
    await engine().startEngine();
    await vms.row(/^Local Docker.*Docker \d/).waitFor({ timeoutMs: 60_000 });
  });
});

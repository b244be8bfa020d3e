import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { localListener } from '../../src/adapters/local/localListener.ts';
import { tailGatewayLogs } from '../../src/application/logs/tailGatewayLogs.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { Tunnels } from '../../src/application/tunnels/Tunnels.ts';
import { groupContainers } from '../../src/application/vms/groupContainers.ts';
import { createMachineConnector } from '../../src/vmAdapters.ts';
import { connectTestHost, deployTo, writeProject } from '../support/connectTestHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

/* Names that a shell would run, from end to end: they work or are refused in plain words, and nothing of them is ever run. */

const hosts = withTestHosts(['vm1']);
const service = 'openclaw-gateway';
const here = mkdtempSync(join(tmpdir(), 'odd-names-'));
/** Would appear, here or on the VM, if anything ran a name. */
const canary = join(here, 'canary');
const odd = `;$( )'" $(touch ${canary}) \`touch ${canary}\` ; touch ${canary} #`;
/** The same where a path's name is meant, which holds no slash. */
const oddName = `;$( )'" $(touch canary) \`touch canary\` & touch canary #`;
let host: TestHost;
let machine: Machine;

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
  await host.run(['mkdir', '-p', here]);
  machine = await connectTestHost(host);
});
after(async () => {
  await machine?.close();
  await hosts.down();
  rmSync(here, { recursive: true });
});

async function assertNothingRan(): Promise<void> {
  assert.equal(existsSync(canary), false, 'a name was run on this machine');
  assert.equal(existsSync('canary'), false, 'a name was run on this machine');
  assert.equal(await host.console(['find', '/', '-xdev', '-name', 'canary']), '', 'a name was run on the VM');
}

const compose = (port: number): string =>
  JSON.stringify({
    services: {
      [service]: {
        build: '.',
        environment: { OPENCLAW_GATEWAY_TOKEN: '3f1c9a7b5d2e8f60', NOTE: odd.replaceAll('$', '$$') },
        ports: [`127.0.0.1:${port}:18789`],
        labels: { note: odd.replaceAll('$', '$$') },
      },
    },
  });

describe('a compose project in a folder with such a name', () => {
  const folder = `/srv/${oddName}/${oddName}`;
  const configFiles = [`${oddName}.yml`];
  const target = { project: 'odd', service };
  before(async () => {
    await writeProject(host, folder, {
      Dockerfile: 'FROM openclaw-fixture\n',
      [configFiles[0] ?? '']: compose(18789),
      '.env': 'COMPOSE_PROJECT_NAME=odd\n',
    });
    const project = { folder, gatewayService: service, configFiles };
    const request = { action: 'deploy', project, machineName: odd, expectedBinaries: [] } as const;
    const { report } = await deployTo(machine, request);
    assert.equal(report.outcome, 'succeeded', JSON.stringify(report));
  });

  it('is found again by its labels, which are enough to deploy it anew', async () => {
    const [project] = groupContainers(await machine.engine.listContainers()).projects;
    assert.equal(project?.name, 'odd');
    assert.equal(project.workingDirectory, folder);
    assert.deepEqual(project.configFiles, [`${folder}/${configFiles[0]}`]);
    const again = { folder: project.workingDirectory, gatewayService: service, configFiles: project.configFiles };
    const request = { action: 'deploy', project: again, machineName: odd, expectedBinaries: [] } as const;
    assert.equal((await deployTo(machine, request)).report.outcome, 'succeeded');
    await assertNothingRan();
  });

  it('shows its log, a shell and its inspection, and is reached through a tunnel', async () => {
    const abort = new AbortController();
    for await (const line of tailGatewayLogs(machine, target, { signal: abort.signal }))
      if (/ready$/.test(line.text)) abort.abort();

    const [container] = await machine.engine.listContainers();
    assert.ok(container);
    const terminal = await machine.engine.openTerminal(container.id, ['sh', '-c', 'printf %s "$NOTE"'], {
      columns: 200,
      rows: 24,
    });
    let shown = '';
    for await (const bytes of terminal.output) shown += Buffer.from(bytes).toString('utf8');
    assert.equal(shown, odd);
    const document = (await machine.engine.inspectDocument(container.id)) as { Config: { Labels: { note: string } } };
    assert.equal(document.Config.Labels.note, odd);

    const tunnels = new Tunnels({ listener: localListener, machine: async () => machine, log: () => {} });
    const tunnel = await tunnels.open({ machineId: `vm:${odd}`, host: '127.0.0.1', port: 18789, label: odd });
    assert.equal((await fetch(`http://127.0.0.1:${tunnel.localPort}/`)).status, 200);
    tunnels.dispose();
    await assertNothingRan();
  });

  it('that is not there is told by its name, as it is', async () => {
    const project = { folder: `/srv/no ${oddName}`, gatewayService: service };
    const request = { action: 'deploy', project, machineName: odd, expectedBinaries: [] } as const;
    const { report } = await deployTo(machine, request);
    assert.equal(report.outcome, 'failed');
    assert.ok(report.outcome === 'failed' && report.failure.message.includes(`/srv/no ${oddName}`), report.outcome);
    await assertNothingRan();
  });
});

describe('labels that no compose wrote', () => {
  it('are shown as they are, and lead to their container', async () => {
    const project = `odd ${odd}`;
    const labels = { project, service: odd, 'project.working_dir': odd, 'project.config_files': odd };
    const options = Object.entries(labels).flatMap(([name, value]) => [
      '--label',
      `com.docker.compose.${name}=${value}`,
    ]);
    await host.run(['docker', 'run', '--detach', ...options, 'openclaw-fixture', 'sh', '-c', 'echo hello']);
    const found = groupContainers(await machine.engine.listContainers()).projects.find(({ name }) => name === project);
    assert.equal(found?.services[0]?.name, odd);
    const abort = new AbortController();
    for await (const line of tailGatewayLogs(machine, { project, service: odd }, { signal: abort.signal })) {
      assert.match(line.text, /hello/);
      abort.abort();
    }
    const request = {
      action: 'build',
      project: { folder: odd, gatewayService: odd, configFiles: [odd] },
      machineName: odd,
      expectedBinaries: [],
    } as const;
    assert.equal((await deployTo(machine, request)).report.outcome, 'failed');
    await assertNothingRan();
  });
});

describe('names of containers and images', () => {
  it('that lead elsewhere are refused before the engine is asked', async () => {
    for (const id of [odd, '../images', 'a/b', '', '.', 'a?b=c', 'a%2fb'])
      await assert.rejects(machine.engine.inspectContainer(id), `"${id}" was asked for`);
    await assertNothingRan();
  });
});

describe('names in an SSH config', () => {
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
  const home = join(here, 'home');
  const user = `jür.gen+x@corp`;
  before(async () => {
    mkdirSync(join(home, '.ssh'), { recursive: true });
    writeFileSync(join(home, '.ssh', 'id_ed25519'), readFileSync(host.keyFile), { mode: 0o600 });
    await host.console(['useradd', '--badname', '--create-home', '--groups', 'docker', user]);
    const script = 'mkdir -m 700 "$1/.ssh" && cp ~root/.ssh/authorized_keys "$1/.ssh" && chown -R "$2:" "$1/.ssh"';
    await host.console(['bash', '-c', script, 'bash', `/home/${user}`, user]);
  });

  /** Runs `openclaw-vm status` as a person with this SSH config, which knows the host's key. */
  async function status(config: string, ...targets: readonly string[]): Promise<{ code: number | null; out: string }> {
    writeFileSync(join(home, '.ssh', 'config'), config);
    const key = (await host.console(['cat', '/etc/ssh/ssh_host_ed25519_key.pub'])).trim();
    writeFileSync(join(home, '.ssh', 'known_hosts'), `${host.address} ${key}\n`);
    const env = { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1' };
    const child = spawn(process.execPath, [cli, 'status', '--', ...targets], { env, cwd: here });
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    return { code, out: stdout + stderr };
  }

  const throughProxy = "ProxyCommand sh -c 'exec 3<>/dev/null; exit 1' %h %n %r %p";

  for (const alias of [`a;touch\${IFS}${canary}`, `$(touch\${IFS}${canary})`, `-oProxyCommand=touch\${IFS}${canary}`]) {
    for (const [what, directive] of [
      ['a proxy', throughProxy],
      ['"Match exec"', `Match exec "sh -c 'exit 1' %h %n %r %p"`],
    ] as const) {
      it(`such as ${JSON.stringify(alias.replace(here, '…'))} never get into the command line of ${what}`, async () => {
        const config = `Host "${alias}"\n  HostName ${host.address}\n  User root\n  ${directive}\n`;
        const { code, out } = await status(config, alias);
        assert.notEqual(code, 0);
        assert.match(out, /holds (?:a space|".")|cannot begin with "-"/);
        await assertNothingRan();
      });
    }
  }
  it('that hold spaces are no targets, as for ssh', async () => {
    const { code, out } = await status(`Host "my odd box"\n  HostName ${host.address}\n`, 'my odd box');
    assert.equal(code, 2);
    assert.match(out, /"my odd box" is no target/);
  });
  it('and users that are not plain are taken as they are', async () => {
    const { out } = await status(`Host plain\n  HostName ${host.address}\n  User ${user}\n`, 'plain');
    assert.match(out, /Docker \d/, out);
    const direct = await status('', `${user}@${host.address}`);
    assert.match(direct.out, /Docker \d/, direct.out);
  });
  it('are refused as a typed target, with the character that cannot be', async () => {
    for (const target of [`root@a;touch ${canary}`, `$(touch ${canary})@vm`, `root@-oProxyCommand=x`, `root@a b`]) {
      const { code, out } = await status('', target);
      assert.equal(code, 2, out);
      assert.match(out, /is no target: .*(?:holds (?:a space|".")|cannot begin with "-"|is not a port)/);
    }
    await assertNothingRan();
  });
  it('do not reach the VM as an option or a command of its shell', async () => {
    const connector = createMachineConnector({
      knownHosts: { user: join(here, 'known'), others: [] },
      agentSocket: null,
      defaultKeyFiles: [],
      sshConfigFiles: { user: join(here, 'none'), system: join(here, 'none') },
    });
    const vm = { name: odd, host: host.address, user: odd, identityFile: host.keyFile };
    await assert.rejects(
      connector.connectVm(vm, async () => 'trustAndRemember'),
      { problem: 'authenticationFailed' },
    );
    await assertNothingRan();
  });
});

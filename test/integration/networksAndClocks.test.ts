import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { localListener } from '../../src/adapters/local/localListener.ts';
import type { GatewayLogLine } from '../../src/application/logs/GatewayLogLine.ts';
import { tailGatewayLogs } from '../../src/application/logs/tailGatewayLogs.ts';
import { readGatewayOverview } from '../../src/application/overview/readGatewayOverview.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { Tunnels } from '../../src/application/tunnels/Tunnels.ts';
import { VmInventory } from '../../src/application/vms/VmInventory.ts';
import { wrongClock } from '../../src/application/vms/wrongClock.ts';
import { parseSshTarget } from '../../src/core/vm/parseSshTarget.ts';
import type { SshVm } from '../../src/core/vm/Vm.ts';
import { createMachineConnector } from '../../src/vmAdapters.ts';
import { connectTestHost, deployTo, testConnector, vmOf, writeProject } from '../support/connectTestHost.ts';
import { run, waitFor } from '../support/hosts/run.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

/* Networks and clocks that are not as one would like them: IPv6 alone, names that nobody knows, clocks that differ. */

const hosts = withTestHosts(['vm1']);
const folder = mkdtempSync(join(tmpdir(), 'networks-'));
const machines: Machine[] = [];
let host: TestHost;
let address6: string;

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
  const prefix = `fd77:${(hosts.slot() + 1).toString(16)}::`;
  address6 = `${prefix}11`;
  // The addresses go with the cable.
  execFileSync('ip', ['-6', 'addr', 'add', `${prefix}1/64`, 'dev', `ocvm${hosts.slot()}`, 'nodad']);
  await host.console(['ip', '-6', 'addr', 'add', `${address6}/64`, 'dev', 'eth0', 'nodad']);
});
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.close()));
});
after(async () => {
  await hosts.down();
  rmSync(folder, { recursive: true });
});

/** Connects as the product does, with a known_hosts file and an SSH config of this suite. */
async function connect(vm: Omit<SshVm, 'name'>, knownHosts: string, config = ''): Promise<Machine> {
  writeFileSync(join(folder, 'config'), config);
  const connector = createMachineConnector({
    knownHosts: { user: join(folder, knownHosts), others: [] },
    sshConfigFiles: { user: join(folder, 'config'), system: join(folder, 'none') },
    agentSocket: null,
    defaultKeyFiles: [],
  });
  const machine = await connector.connectVm(
    { name: 'vm1', identityFile: host.keyFile, ...vm },
    async () => 'trustAndRemember',
  );
  machines.push(machine);
  return machine;
}

/** A typed address as "Add VM" reads it. */
function typed(address: string): Omit<SshVm, 'name'> {
  const parsed = parseSshTarget(address);
  assert.ok(parsed.ok, address);
  return parsed.target;
}

async function hostNameOf(machine: Machine): Promise<string> {
  const command = machine.commands.run(['hostname']);
  const lines: string[] = [];
  for await (const line of command.lines) lines.push(line.text);
  return lines.join('\n');
}

/** What `ssh` itself says where it may ask nobody. */
async function sshTakes(knownHosts: string, ...args: readonly string[]): Promise<string> {
  const options = ['StrictHostKeyChecking=yes', 'BatchMode=yes', `UserKnownHostsFile=${join(folder, knownHosts)}`];
  const argv = ['-F', 'none', ...options.flatMap((option) => ['-o', option]), '-i', host.keyFile];
  return (await run('ssh', [...argv, ...args, 'hostname'])).trim();
}

describe('IPv6', () => {
  let relay: Server;
  before(async () => {
    // A VM behind a port forwarding of this machine, as people have with local virtual machines.
    relay = createServer((socket) => {
      const there = connectSocket(22, host.address);
      for (const [from, to] of [
        [socket, there],
        [there, socket],
      ] as const) {
        from.on('error', () => to.destroy());
        from.pipe(to);
      }
    });
    relay.listen(2222, '::1');
    await once(relay, 'listening');
  });
  after(() => relay.close());

  it('is a typed address, with brackets and port, and is remembered as ssh remembers it', async () => {
    const machine = await connect(typed('root@[::1]:2222'), 'loopback');
    assert.equal(await hostNameOf(machine), 'vm1');
    assert.match(readFileSync(join(folder, 'loopback'), 'utf8'), /^\[::1\]:2222 ssh-ed25519 /);
    assert.equal(await sshTakes('loopback', '-p', '2222', 'root@::1'), 'vm1');
  });
  it('is a typed address without brackets, also a local one with its interface', async () => {
    const longWay = `FD77:0${(hosts.slot() + 1).toString(16)}:0:0::11`;
    assert.equal(await hostNameOf(await connect(typed(`root@${longWay}`), 'global')), 'vm1');
    assert.ok(readFileSync(join(folder, 'global'), 'utf8').startsWith(`${address6} ssh-ed25519 `));
    assert.equal(await sshTakes('global', `root@${longWay}`), 'vm1');

    const local = /inet6 (fe80:\S+)\//.exec(
      await host.console(['ip', '-6', 'addr', 'show', 'eth0', 'scope', 'link']),
    )?.[1];
    const zoned = `root@[${local}%ocvm${hosts.slot()}]:22`;
    assert.equal(await hostNameOf(await connect(typed(zoned), 'local')), 'vm1');
  });
  it('stands in an SSH config, also behind a jump host, and in known hosts that ssh has hashed', async () => {
    const hash = ['-o', 'HashKnownHosts=yes', '-o', 'StrictHostKeyChecking=accept-new'];
    const file = `UserKnownHostsFile=${join(folder, 'hashed')}`;
    await run('ssh', ['-F', 'none', ...hash, '-o', file, '-i', host.keyFile, '-p', '2222', 'root@::1', 'true']);
    const before = readFileSync(join(folder, 'hashed'), 'utf8');
    assert.match(before, /^\|1\|/);
    const direct = `Host six\n  HostName ::1\n  Port 2222\n`;
    assert.equal(await hostNameOf(await connect({ host: 'six', user: 'root' }, 'hashed', direct)), 'vm1');
    assert.equal(readFileSync(join(folder, 'hashed'), 'utf8'), before, 'the key was known');

    const jump = `Host behind\n  HostName ${address6}\n  ProxyJump root@[::1]:2222\nHost *\n  IdentityFile ${host.keyFile}\n`;
    assert.equal(await hostNameOf(await connect({ host: 'behind', user: 'root' }, 'jumped', jump)), 'vm1');
    assert.match(readFileSync(join(folder, 'jumped'), 'utf8'), /^\[::1\]:2222 .*\nfd77:\S* ssh-ed25519 /);
  });
  it('is named in full where nothing listens', async () => {
    await assert.rejects(connect(typed('root@[::1]:2223'), 'nobody'), {
      problem: 'refused',
      message: /root@\[::1\]:2223 refused/,
    });
  });
  it('is where a tunnel leads that only listens there', async () => {
    const serve = `require("node:http").createServer((_, answer) => answer.end("six")).listen(8080, "::1")`;
    await host.run([
      'docker',
      'run',
      '--detach',
      '--name',
      'six',
      '--network',
      'host',
      'openclaw-fixture',
      'node',
      '-e',
      serve,
    ]);
    await waitFor('the listener', async () =>
      (await host.ssh(['ss', '-Hltn', 'sport', '=', '8080'])).stdout !== '' ? true : undefined,
    );
    const machine = await connect(typed(`root@${address6}`), 'tunnels');
    const tunnels = new Tunnels({ listener: localListener, machine: async () => machine, log: () => {} });
    const open = async (target: string): Promise<string> => {
      const tunnel = await tunnels.open({ machineId: 'vm:vm1', host: target, port: 8080, label: 'six' });
      return await (await fetch(`http://127.0.0.1:${tunnel.localPort}/`)).text();
    };
    assert.equal(await open('::1'), 'six');
    await assert.rejects(open('127.0.0.1'), /Nothing answers at 127\.0\.0\.1:8080 on root@\[fd77:/);
    tunnels.dispose();
    await host.run(['docker', 'rm', '--force', 'six']);
  });
});

describe('a name', () => {
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
  const nameServerAddress = '127.77.0.53';
  const resolvConf = join(folder, 'resolv.conf');
  let nameServer: DatagramSocket;
  let questions: string[];
  let answer: (query: Buffer) => Buffer | undefined;
  before(async () => {
    writeFileSync(resolvConf, `nameserver ${nameServerAddress}\n`);
    nameServer = createSocket('udp4', (query, sender) => {
      questions.push(query.toString('latin1', 13).split('\0')[0] ?? '');
      const reply = answer(query);
      if (reply !== undefined) nameServer.send(reply, sender.port, sender.address);
    });
    nameServer.bind(53, nameServerAddress);
    await once(nameServer, 'listening');
  });
  after(() => nameServer.close());

  /** The command line where only that name server is asked. */
  async function status(target: string): Promise<{ readonly code: number | null; readonly out: string }> {
    questions = [];
    const home = mkdtempSync(join(folder, 'home-'));
    const mount = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
    const argv = ['--mount', 'sh', '-c', mount, 'sh', resolvConf, process.execPath, cli, 'status', target];
    const child = spawn('unshare', argv, { env: { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1' } });
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    return { code, out: stdout + stderr };
  }

  it('that is wrong is told at once', async () => {
    answer = (query) => {
      const reply = Buffer.from(query);
      // A response: no such name.
      reply.writeUInt16BE(0x8183, 2);
      return reply;
    };
    const { code, out } = await status('root@wrong.example.test');
    assert.equal(code, 1);
    assert.match(out, /The name "wrong\.example\.test" could not be resolved/);
    // One question of each family: an answer is an answer.
    assert.ok(questions.length > 0 && questions.length <= 2, `${questions.length} questions`);
  });
  it('for which no name server answers is given up, with a word on it, and not asked for again and again', async () => {
    answer = () => undefined;
    const { code, out } = await status('root@slow.example.test');
    assert.equal(code, 1);
    // The resolver of this machine, too, may give up after just ten seconds.
    assert.match(
      out,
      /No name server told the address of "slow\.example\.test" within 10 s|"slow\.example\.test" could not be resolved: no name server told its address/,
    );
    // Two questions of two families, each sent again after the five seconds of resolv.conf(5).
    assert.ok(questions.length > 0 && questions.length <= 8, `${questions.length} questions`);
  });
  it('that fails is tried again while somebody looks, ever more seldom, and never while nobody does', async () => {
    const attempts: number[] = [];
    const { connector, remove } = testConnector();
    const inventory = new VmInventory({
      connector: {
        connectLocal: () => new Promise(() => {}),
        connectVm: async (vm, hostKeys, signal) => {
          attempts.push(performance.now());
          return await connector.connectVm(vm, hostKeys, signal);
        },
      },
      vms: [{ name: 'wrong', host: 'no-such-host.invalid', user: 'root' }],
      hostKeys: async () => 'refuse',
      log: () => {},
    });
    inventory.setVisible(true);
    await waitFor('a fourth attempt', () => attempts.length >= 4 || undefined);
    const state = inventory.entry('vm:wrong')?.state;
    assert.ok(state?.kind === 'failed' && state.error.problem === 'nameNotResolved');
    // Not one pause with the next: an attempt itself takes longer now than then.
    const [first = 0, second = 0, third = 0, fourth = 0] = attempts;
    assert.ok(fourth - third > second - first, attempts.join(' '));
    inventory.setVisible(false);
    const count = attempts.length;
    await delay(3000);
    assert.equal(attempts.length, count);
    inventory.dispose();
    remove();
  });
});

const systemDate = globalThis.Date;

/** Moves the clock of this process, which is the only one that the product reads; that of the VM and its engine stays. */
function moveClock(byMs: number): void {
  globalThis.Date = new Proxy(systemDate, {
    construct: (target, args: readonly unknown[]) =>
      Reflect.construct(target, args.length === 0 ? [systemDate.now() + byMs] : args) as Date,
    get: (target, name) => (name === 'now' ? () => systemDate.now() + byMs : Reflect.get(target, name)),
  });
}

for (const [words, behindMs] of [
  ['ten minutes behind', 600_000],
  ['ten minutes ahead', -600_000],
] as const) {
  describe(`a VM whose clock is ${words}`, () => {
    before(() => moveClock(behindMs));
    after(() => {
      globalThis.Date = systemDate;
    });

    it('has a tree that is true, also after its engine was away, and says how wrong the clock is', async () => {
      const { connector, remove } = testConnector();
      const inventory = new VmInventory({
        connector,
        vms: [vmOf(host)],
        hostKeys: async () => 'trustAndRemember',
        log: () => {},
      });
      inventory.setVisible(true);
      const shown = (): string => {
        const state = inventory.entry('vm:vm1')?.state;
        if (state?.kind !== 'connected') return `(${state?.kind})`;
        return state.view.otherContainers
          .map(({ name, state: word, status }) => `${name} ${word} ${status}`)
          .join(', ');
      };
      const becomes = async (pattern: RegExp): Promise<void> => {
        await waitFor(`${pattern} (${shown()})`, () => pattern.test(shown()) || undefined, 15_000);
      };
      await becomes(/^$/);
      const start = ['docker', 'run', '--detach', '--name', 'clocked', 'openclaw-fixture', 'sleep', '1000'];
      await host.run(start);
      await becomes(/^clocked running Up (?:Less than a second|\d seconds?)\b/);
      await host.run(['docker', 'rm', '--force', 'clocked']);
      await becomes(/^$/);
      await host.stopEngine();
      await becomes(/^\(stale\)$/);
      const stale = inventory.entry('vm:vm1')?.state;
      // "Last seen" is told by the person's own clock.
      assert.ok(stale?.kind === 'stale' && Math.abs(stale.view.updatedAtMs - Date.now()) < 30_000);
      await host.startEngine();
      await host.run(start);
      await becomes(/^clocked running Up/);
      await host.run(['docker', 'rm', '--force', 'clocked']);
      await becomes(/^$/);
      const state = inventory.entry('vm:vm1')?.state;
      assert.ok(state?.kind === 'connected' && state.view.facts !== undefined);
      const aheadS = wrongClock(state.view.facts);
      assert.ok(aheadS !== undefined && Math.abs(aheadS + behindMs / 1000) <= 3, `${aheadS} s`);
      inventory.dispose();
      remove();
    });

    it('deploys, follows logs through a restart without losing or repeating a line, and has true ages', async () => {
      const machine = await connectTestHost(host);
      machines.push(machine);
      const where = '/srv/clocks';
      const compose = {
        services: {
          'openclaw-gateway': {
            image: 'openclaw-fixture',
            restart: 'unless-stopped',
            environment: { OPENCLAW_GATEWAY_TOKEN: '3f1c9a7b5d2e8f60' },
          },
        },
      };
      await writeProject(host, where, { 'docker-compose.yml': JSON.stringify(compose) });
      const target = { project: 'clocks', service: 'openclaw-gateway' };
      const { report } = await deployTo(machine, {
        action: 'deploy',
        project: { folder: where, gatewayService: target.service },
        machineName: 'vm1',
        expectedBinaries: [],
      });
      assert.equal(report.outcome, 'succeeded', JSON.stringify(report));
      assert.ok(report.steps.every(({ durationMs }) => durationMs >= 0 && durationMs < 60_000));

      const abort = new AbortController();
      const lines: GatewayLogLine[] = [];
      const tailing = (async () => {
        for await (const line of tailGatewayLogs(machine, target, { signal: abort.signal })) lines.push(line);
      })();
      const readyCount = (): number => lines.filter((line) => /\[gateway\] ready$/.test(line.text)).length;
      await waitFor('the first start', () => readyCount() === 1 || undefined);
      await host.run(['docker', 'compose', '--project-directory', where, 'restart', '--timeout', '1']);
      await waitFor('the second start', () => readyCount() === 2 || undefined);
      await delay(1000);
      assert.equal(readyCount(), 2);
      abort.abort();
      await tailing;

      const overview = await readGatewayOverview(machine, { ...target, machineName: 'vm1', expectedBinaries: [] });
      const ageMs = (overview.machine.engine.systemTimeMs ?? 0) - Date.parse(overview.container.createdAt);
      assert.ok(ageMs > 0 && ageMs < 120_000, `${ageMs} ms`);
      assert.equal(overview.probe.state, 'ready');
      await host.run(['docker', 'compose', '--project-directory', where, 'down', '--timeout', '1']);
    });
  });
}

import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { build } from 'esbuild';
import ssh2 from 'ssh2';
import { createMachineConnector } from '../../src/adapters/createMachineConnector.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { MachineConnector } from '../../src/application/ports/MachineConnector.ts';
import { VmInventory } from '../../src/application/vms/VmInventory.ts';
import { nodeBundle } from '../../src/build.mts';
import type { Vm } from '../../src/core/vm/Vm.ts';
import { hostBase } from '../support/hosts/imageSets.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { type Metric, median, metric, percentile, usedHeapBytes } from './metrics.ts';

/*
 * One VM's engine over SSH: ours, the docker CLI over SSH with and without a shared connection (ControlMaster), dockerode's own SSH, and
 * straight to the engine's socket as the limit. Real sshd with its default limits, a real engine with 20 containers, over loopback.
 */

const image = 'node:24-bookworm-slim';
const containerCount = 20;
const calls = 150;
const farCalls = 25;
const warmUps = 10;
const cliCalls = 7;
const coldStarts = 7;
const farColdStarts = 5;
const roundTripMs = 40;
const vmCount = 20;
const idleMs = 5000;
// The last words of the connecting are no idleness: connections are asked for a sign of life 5 s after them, and spare ones close after 10 s.
const settleMs = 12_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export async function measure(): Promise<readonly Metric[]> {
  const hosts = withTestHosts(['vm1', 'vm2', 'vm3', 'vm4'], { images: ['node'] });
  const folder = mkdtempSync(join(tmpdir(), 'bench-ssh-'));
  await hosts.up();
  try {
    const vm1 = hosts.get('vm1');
    for (let i = 0; i < containerCount; i += 1) await vm1.run(['docker', 'create', '--name', `c${i}`, image, 'true']);
    const connector = createMachineConnector({
      knownHosts: { user: join(folder, 'known_hosts'), others: [] },
      sshConfigFiles: { user: join(folder, 'none'), system: join(folder, 'none') },
      agentSocket: null,
      defaultKeyFiles: [],
    });
    const cli = dockerCli(folder, vm1, (await hostBase(['node'])).rootfs);
    return [
      ...(await warmCalls(connector, vm1, cli)),
      ...(await overFarLine(connector, vm1)),
      ...(await coldStart(connector, vm1, cli)),
      ...(await events(connector, vm1)),
      ...(await manyVms(connector, ['vm1', 'vm2', 'vm3', 'vm4'].map(hosts.get))),
      await firstUse(folder),
    ];
  } finally {
    await hosts.down();
    rmSync(folder, { recursive: true, force: true });
  }
}

function vmOf(host: TestHost, name = host.name, port = 22): Vm {
  return { name, host: port === 22 ? host.address : '127.0.0.1', port, user: 'root', identityFile: host.keyFile };
}

const trust = async () => 'trustAndRemember' as const;

async function timed(action: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await action();
  return performance.now() - before;
}

async function timesOf(count: number, action: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) times.push(await timed(action));
  return times;
}

/** `GET` on the engine's socket, kept alive: nothing can be nearer. */
function bareSocket(host: TestHost): { get(path: string): Promise<string>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ socketPath: host.engineSocketFile, path, agent }, (response: IncomingMessage) => {
        text(response).then(resolve, reject);
      })
        .on('error', reject)
        .end();
    });
  return { get, close: () => agent.destroy() };
}

const listPath = '/containers/json?all=1';

async function warmCalls(connector: MachineConnector, host: TestHost, cli: DockerCli): Promise<readonly Metric[]> {
  const bare = bareSocket(host);
  const machine = await connector.connectVm(vmOf(host), trust);
  const dockerode = dockerodeOverSsh(host);
  try {
    for (let i = 0; i < warmUps; i += 1) await Promise.all([bare.get(listPath), machine.engine.listContainers()]);
    const ours: number[] = [];
    const socket: number[] = [];
    const shared: number[] = [];
    await cli.list({ shared: true });
    // In turn, so that a busy moment of the machine falls on all.
    for (let i = 0; i < calls; i += 1) {
      ours.push(await timed(() => machine.engine.listContainers()));
      socket.push(await timed(async () => JSON.parse(await bare.get(listPath))));
      if (i % Math.floor(calls / cliCalls) === 0) shared.push(await timed(() => cli.list({ shared: true })));
    }
    const single = await timesOf(cliCalls, () => cli.list({ shared: false }));
    const perRequest = await timesOf(cliCalls, () => dockerode.listContainers({ all: true }));
    const peers = {
      'bare socket': median(socket),
      'docker CLI with ControlMaster': median(shared),
      'docker CLI': median(single),
      'dockerode ssh': median(perRequest),
    };
    const burst: number[] = [];
    const socketBurst: number[] = [];
    let answered = 0;
    for (let i = 0; i < 5; i += 1) {
      burst.push(
        await timed(async () => {
          const lists = await Promise.allSettled(Array.from({ length: 50 }, () => machine.engine.listContainers()));
          answered = lists.filter(({ status }) => status === 'fulfilled').length;
        }),
      );
      socketBurst.push(
        await timed(() => Promise.all(Array.from({ length: 50 }, async () => JSON.parse(await bare.get(listPath))))),
      );
    }
    return [
      metric('ssh.list.p50', 'ms', median(ours), peers, { atMost: 1.5, peer: 'bare socket' }),
      metric('ssh.list.ofCli', 'ms', median(ours), peers, { atMost: 1 / 20, peer: 'docker CLI with ControlMaster' }),
      metric(
        'ssh.list.p95',
        'ms',
        percentile(ours, 95),
        { 'bare socket': percentile(socket, 95), limit: 10 },
        { atMost: 1, peer: 'limit' },
      ),
      metric(
        'ssh.parallel50',
        'ms',
        median(burst),
        { 'bare socket': median(socketBurst) },
        { atMost: 1.6, peer: 'bare socket' },
      ),
      metric('ssh.parallel50.answered', 'calls', answered, { calls: 50 }, { atLeast: 1, peer: 'calls' }),
    ];
  } finally {
    bare.close();
    await machine.close();
  }
}

/** The same over a line on which every packet takes its time: how much, says an echo over such a line. */
async function overFarLine(connector: MachineConnector, host: TestHost): Promise<readonly Metric[]> {
  const { port, server } = await slowLine(host.address, 22, roundTripMs / 2);
  const echo = await farEcho();
  const roundTrips: number[] = [];
  const cold: number[] = [];
  for (let i = 0; i < farColdStarts; i += 1) {
    let first: Machine | undefined;
    cold.push(
      await timed(async () => {
        first = await connector.connectVm(vmOf(host, 'far', port), trust);
        await first.engine.listContainers();
      }),
    );
    await first?.close();
    roundTrips.push(await timed(echo.roundTrip));
  }
  const machine = await connector.connectVm(vmOf(host, 'far', port), trust);
  try {
    await machine.engine.listContainers();
    const times: number[] = [];
    for (let i = 0; i < farCalls; i += 1) {
      times.push(await timed(() => machine.engine.listContainers()));
      roundTrips.push(await timed(echo.roundTrip));
    }
    const roundTrip = median(roundTrips);
    return [
      metric('ssh.list.far', 'ms', median(times), { 'round trip': roundTrip }, { atMost: 1.15, peer: 'round trip' }),
      metric('ssh.cold.far', 'ms', median(cold), { limit: 9 * roundTrip + 60 }, { atMost: 1, peer: 'limit' }),
    ];
  } finally {
    await machine.close();
    server.close();
    echo.close();
  }
}

async function coldStart(connector: MachineConnector, host: TestHost, cli: DockerCli): Promise<readonly Metric[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const alone: number[] = [];
  for (let i = 0; i < coldStarts; i += 1) {
    let machine: Machine | undefined;
    ours.push(
      await timed(async () => {
        machine = await connector.connectVm(vmOf(host), trust);
        await machine.engine.listContainers();
      }),
    );
    await machine?.close();
    theirs.push(await timed(() => cli.list({ shared: false })));
    const client = new ssh2.Client();
    alone.push(await timed(() => loginAndList(client, host)));
    client.end();
    await once(client, 'close');
  }
  // Most of it is the server's: what starts its processes and opens the login takes as long for every client.
  const peers = { 'docker CLI': median(theirs), 'ssh2 alone': median(alone) };
  return [metric('ssh.cold', 'ms', median(ours), peers, { atMost: 1 / 5, peer: 'docker CLI' })];
}

/** The least that a client in this language can do: no host key is judged, the VM is asked for nothing but the list. */
async function loginAndList(client: ssh2.Client, host: TestHost): Promise<void> {
  const sock = tcpConnect({ host: host.address, port: 22, noDelay: true });
  await once(client.connect({ sock, username: 'root', privateKey: readFileSync(host.keyFile) }), 'ready');
  const channel = await new Promise<Duplex>((resolve, reject) => {
    client.openssh_forwardOutStreamLocal('/var/run/docker.sock', (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
  const call = request({ createConnection: () => channel as Socket, path: listPath });
  // The channel has none of a TCP socket's methods.
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
    Object.assign(channel, { [name]: () => channel, destroySoon: () => channel.destroy() });
  }
  const [response] = (await once(call.end(), 'response')) as [IncomingMessage];
  JSON.parse(await text(response));
}

/** From a change on the VM to the sidebar's state; beside it the same two steps, event and list, straight on the socket. */
async function events(connector: MachineConnector, host: TestHost): Promise<readonly Metric[]> {
  const bare = bareSocket(host);
  const inventory = new VmInventory({ connector, vms: [vmOf(host)], hostKeys: trust, log: () => {} });
  const id = (await host.run(['docker', 'run', '--detach', '--name', 'evented', image, 'sleep', 'infinity'])).trim();
  try {
    await inventory.machine('vm:vm1');
    const stateOf = (): string | undefined => {
      const state = inventory.entry('vm:vm1')?.state;
      return state?.kind === 'connected' ? state.view.otherContainers.find((c) => c.id === id)?.state : undefined;
    };
    const ours: number[] = [];
    const socket: number[] = [];
    let lost = 0;
    for (let i = 0; i < 30; i += 1) {
      const [action, wanted] = i % 2 === 0 ? ['pause', 'paused'] : ['unpause', 'running'];
      const { arrived } = await listenFor(host, action as string);
      let before = performance.now();
      const seen = new Promise<number>((resolve) => {
        const stop = inventory.onDidChange(() => {
          if (stateOf() !== wanted) return;
          stop();
          resolve(performance.now() - before);
        });
      });
      const heard = arrived.then(async () => {
        JSON.parse(await bare.get(listPath));
        return performance.now() - before;
      });
      before = performance.now();
      await post(host, `/containers/${id}/${action}`);
      const [mine, theirs] = await Promise.all([Promise.race([seen, delay(5000, Number.NaN)]), heard]);
      if (Number.isNaN(mine)) lost += 1;
      else ours.push(mine);
      socket.push(theirs);
      await delay(20);
    }
    return [
      metric(
        'ssh.event',
        'ms',
        median(ours),
        { 'socket: event and list': median(socket) },
        { atMost: 2, peer: 'socket: event and list' },
      ),
      metric('ssh.event.seen', 'events', 30 - lost, { events: 30 }, { atLeast: 1, peer: 'events' }),
    ];
  } finally {
    inventory.dispose();
    bare.close();
    await host.run(['docker', 'rm', '--force', 'evented']);
  }
}

/** Resolves when the stream is open; `arrived` at the next event of that kind. */
async function listenFor(host: TestHost, action: string): Promise<{ readonly arrived: Promise<void> }> {
  const agent = new Agent();
  const filters = encodeURIComponent(JSON.stringify({ event: [action] }));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath: host.engineSocketFile, path: `/events?filters=${filters}`, agent }, resolve)
      .on('error', reject)
      .end();
  });
  const arrived = new Promise<void>((resolve) => {
    response.once('data', () => {
      response.destroy();
      agent.destroy();
      resolve();
    });
  });
  return { arrived };
}

function post(host: TestHost, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ socketPath: host.engineSocketFile, path, method: 'POST' }, (response) => {
      response.resume().once('end', () => resolve());
    })
      .on('error', reject)
      .end();
  });
}

async function manyVms(connector: MachineConnector, hosts: readonly TestHost[]): Promise<readonly Metric[]> {
  const vms = Array.from({ length: vmCount }, (_, i) => vmOf(hosts[i % hosts.length] as TestHost, `many${i}`));
  usedHeapBytes();
  const memoryBefore = process.memoryUsage().rss;
  const inventory = new VmInventory({ connector, vms, hostKeys: trust, log: () => {} });
  try {
    const all = async (): Promise<void> => {
      await Promise.all(vms.map(({ name }) => inventory.machine(`vm:${name}`)));
    };
    const wholeMs = await timed(all);
    const states = inventory.machines.filter(({ state }) => state.kind === 'connected').length;
    usedHeapBytes();
    const memoryMb = (process.memoryUsage().rss - memoryBefore) / 2 ** 20 / vmCount;
    await delay(settleMs);
    const cpuBefore = process.cpuUsage();
    await delay(idleMs);
    const { user, system } = process.cpuUsage(cpuBefore);
    return [
      metric('ssh.vms20', 'ms', wholeMs, { limit: 1300 }, { atMost: 1, peer: 'limit' }),
      metric('ssh.vms20.connected', 'VMs', states, { VMs: vmCount }, { atLeast: 1, peer: 'VMs' }),
      metric('ssh.vms20.memory', 'MB/VM', memoryMb, { limit: 1 }, { atMost: 1, peer: 'limit' }),
      metric(
        'ssh.vms20.idle',
        'ms CPU/s',
        (user + system) / 1000 / (idleMs / 1000),
        { limit: 1 },
        { atMost: 1, peer: 'limit' },
      ),
    ];
  } finally {
    inventory.dispose();
  }
}

/** Milliseconds to load the code of the first use, in fresh processes: our bundle, and dockerode as it comes. */
async function firstUse(folder: string): Promise<Metric> {
  const ours = join(root, 'dist/vmAdapters.js');
  if (!existsSync(ours)) throw new Error('dist/vmAdapters.js is missing: run "npm run build" first.');
  const plain = join(folder, 'dockerode.cjs');
  const { alias: _ours, plugins: _late, ...asWeBundle } = nodeBundle;
  await build({
    ...asWeBundle,
    stdin: { contents: "module.exports = require('dockerode');", resolveDir: root },
    external: ['*.node', 'cpu-features'],
    outfile: plain,
    logLevel: 'error',
  });
  const load = (file: string): number => {
    const script = `const t=performance.now();require(${JSON.stringify(file)});process.stdout.write(String(performance.now()-t))`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${file} could not be loaded: ${stderr}`);
    return Number(stdout);
  };
  const times: Record<'ours' | 'plain', number[]> = { ours: [], plain: [] };
  for (let i = 0; i < 15; i += 1) {
    times.ours.push(load(ours));
    times.plain.push(load(plain));
  }
  return metric(
    'ssh.load',
    'ms',
    median(times.ours),
    { 'dockerode bundle': median(times.plain) },
    { atMost: 0.5, peer: 'dockerode bundle' },
  );
}

interface DockerCli {
  list(options: { readonly shared: boolean }): Promise<unknown>;
}

/** The docker CLI of the test hosts, run here; its `ssh` is the system's, with the hosts' configuration. */
function dockerCli(folder: string, host: TestHost, rootfs: string): DockerCli {
  const program = join(rootfs, 'usr/bin/docker');
  const wrapper = (name: string, options: string): string => {
    const bin = join(folder, name);
    spawnSync('mkdir', ['-p', bin]);
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${host.sshConfigFile}' ${options} "$@"\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    return bin;
  };
  const single = wrapper('single', '-o ControlMaster=no -o ControlPath=none');
  const shared = wrapper(
    'shared',
    `-o ControlMaster=auto -o ControlPersist=60 -o ControlPath='${join(folder, 'control')}'`,
  );
  return {
    list: (options) =>
      run(program, ['ps', '--all', '--quiet'], {
        env: {
          PATH: `${options.shared ? shared : single}:${process.env['PATH']}`,
          HOME: folder,
          DOCKER_HOST: `ssh://root@${host.name}`,
        },
      }),
  };
}

function dockerodeOverSsh(host: TestHost): Docker {
  const sshOptions = { privateKey: spawnSync('cat', [host.keyFile], { encoding: 'utf8' }).stdout };
  return new Docker({ protocol: 'ssh', host: host.address, port: 22, username: 'root', sshOptions });
}

/** Somebody at the other end of such a line who sends back what comes. */
async function farEcho(): Promise<{ roundTrip(): Promise<unknown>; close(): void }> {
  const echo = createServer({ noDelay: true }, (socket) => void socket.pipe(socket));
  const { port, server } = await slowLine('127.0.0.1', await portOf(echo), roundTripMs / 2);
  const socket = tcpConnect({ host: '127.0.0.1', port, noDelay: true });
  return {
    roundTrip: async () => {
      socket.write('x');
      await once(socket, 'data');
    },
    close: () => {
      socket.destroy();
      server.close();
      echo.close();
    },
  };
}

/** A local port that leads elsewhere; each packet arrives `delayMs` later. */
async function slowLine(
  host: string,
  farPort: number,
  delayMs: number,
): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer({ noDelay: true }, (near) => {
    const far = tcpConnect({ host, port: farPort, noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data) => setTimeout(() => to.write(data), delayMs));
      from.on('close', () => setTimeout(() => to.destroy(), delayMs));
      from.on('error', () => {});
    }
  });
  return { port: await portOf(server), server };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { localListener } from '../../src/adapters/local/localListener.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { TerminalSession } from '../../src/application/ports/TerminalSession.ts';
import { Tunnels } from '../../src/application/tunnels/Tunnels.ts';
import { connectTestHost } from '../support/connectTestHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

/* What people do with a machine beyond deploying: terminals, starting and stopping, tunnels, sudo. */

const hosts = withTestHosts(['vm1'], { images: ['node'] });
const IMAGE = 'node:24-bookworm-slim';
let host: TestHost;
let machine: Machine;

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
  machine = await connectTestHost(host);
});
after(async () => {
  await machine?.close();
  await hosts.down();
});

async function run(name: string, ...args: readonly string[]): Promise<string> {
  return (await host.run(['docker', 'run', '--detach', '--name', name, ...args])).trim();
}

/** Types `lines` into a terminal and gives all that it showed. */
async function typeInto(terminal: TerminalSession, lines: readonly string[]): Promise<string> {
  let shown = '';
  const reading = (async () => {
    for await (const bytes of terminal.output) shown += Buffer.from(bytes).toString('utf8');
  })();
  for (const line of lines) terminal.write(`${line}\n`);
  await reading;
  return shown;
}

describe('a terminal', () => {
  it('of the VM is the login shell, has its size, and ends with it', async () => {
    const terminal = await machine.openShell?.({ columns: 91, rows: 33 });
    assert.ok(terminal);
    const shown = await typeInto(terminal, ['stty size', 'echo $((6*7))', 'exit 3']);
    assert.match(shown, /33 91/);
    assert.match(shown, /42/);
    assert.deepEqual(await terminal.exit, { code: 3, signal: undefined });
  });
  it('of the VM follows the size of the window', async () => {
    const terminal = await machine.openShell?.({ columns: 80, rows: 24 });
    assert.ok(terminal);
    terminal.resize({ columns: 120, rows: 50 });
    assert.match(await typeInto(terminal, ['stty size', 'exit']), /50 120/);
  });
  it('of a container runs in it, resizes, and gives the exit code', async () => {
    const id = await run('shelled', IMAGE, 'sleep', 'infinity');
    const terminal = await machine.engine.openTerminal(id, ['sh'], { columns: 80, rows: 24 });
    terminal.resize({ columns: 100, rows: 40 });
    const wait = 'until stty size | grep -q "40 100"; do sleep 0.1; done';
    const shown = await typeInto(terminal, [wait, 'stty size', 'hostname', 'exit 5']);
    assert.match(shown, /40 100/);
    assert.match(shown, new RegExp(id.slice(0, 12)));
    assert.deepEqual(await terminal.exit, { code: 5, signal: undefined });
    await host.run(['docker', 'rm', '--force', 'shelled']);
  });
  it('that is closed ends its program', async () => {
    const terminal = await machine.openShell?.({ columns: 80, rows: 24 });
    assert.ok(terminal);
    terminal.write('exec sleep 7119\n');
    for (let i = 0; i < 50 && (await host.ssh(['pgrep', '--full', 'sleep 7119'])).stdout === ''; i += 1)
      await delay(50);
    terminal.close();
    for await (const _ of terminal.output);
    for (let i = 0; i < 50; i += 1) {
      if ((await host.ssh(['pgrep', '--full', 'sleep 7119'])).stdout === '') return;
      await delay(100);
    }
    assert.fail('the program still runs');
  });
});

describe('a container', () => {
  it('is stopped, started, restarted and removed; what is so already is no error', async () => {
    const id = await run('changed', IMAGE, 'sh', '-c', 'trap "exit 0" TERM; sleep infinity & wait');
    const state = async (): Promise<string> => (await machine.engine.inspectContainer(id)).state;
    await machine.engine.stopContainer(id);
    await machine.engine.stopContainer(id);
    assert.equal(await state(), 'exited');
    await machine.engine.startContainer(id);
    await machine.engine.startContainer(id);
    assert.equal(await state(), 'running');
    const before = (await machine.engine.inspectContainer(id)).startedAt;
    await machine.engine.restartContainer(id);
    assert.notEqual((await machine.engine.inspectContainer(id)).startedAt, before);
    await machine.engine.removeContainer(id);
    await assert.rejects(machine.engine.startContainer(id), /No such container/i);
  });
  it("that cannot start says why, in the engine's words", async () => {
    await host.run(['docker', 'create', '--name', 'broken', '--entrypoint', '/no/such/program', IMAGE]);
    await assert.rejects(machine.engine.startContainer('broken'), /no such file or directory/i);
    await machine.engine.removeContainer('broken');
  });
  it('is listed with its age, images with their size, networks by name', async () => {
    const id = await run('aged', IMAGE, 'sleep', 'infinity');
    const found = (await machine.engine.listContainers()).find((container) => container.id === id);
    assert.ok(found !== undefined && Math.abs(Date.now() - found.createdAtMs) < 60_000);
    const images = await machine.engine.listImages();
    assert.ok(images.some(({ tags, sizeBytes }) => tags.includes(IMAGE) && sizeBytes > 1e6));
    assert.deepEqual((await machine.engine.listNetworks()).map(({ name }) => name).sort(), ['bridge', 'host', 'none']);
    await machine.engine.removeContainer(id);
  });
});

describe('a machine', () => {
  it('tells its disk, load and clock', async () => {
    const facts = await machine.facts();
    assert.ok((facts.diskBytes ?? 0) > (facts.freeDiskBytes ?? 0) && (facts.freeDiskBytes ?? 0) > 1e6);
    assert.ok((facts.load ?? -1) >= 0);
    assert.ok(Math.abs(facts.clockAheadS ?? 99) <= 2);
  });
});

describe('a tunnel', () => {
  const script = 'require("http").createServer((q,s)=>s.end("hello "+q.url)).listen(8080)';
  const label = 'web';
  let tunnels: Tunnels;
  let current: Machine;
  before(async () => {
    await run('web', '--publish', '127.0.0.1:18080:8080', IMAGE, 'node', '-e', script);
    current = machine;
    tunnels = new Tunnels({ listener: localListener, machine: async () => current, log: () => {} });
    for (let i = 0; i < 50; i += 1) {
      const answer = await host.ssh(['curl', '--silent', 'http://127.0.0.1:18080/x']);
      if (answer.stdout === 'hello /x') return;
      await delay(100);
    }
    assert.fail('the web server did not start');
  });
  after(() => tunnels.dispose());
  const target = { machineId: 'vm:vm1', host: '127.0.0.1', port: 18080, label };

  it('leads to a port that only the VM itself reaches, for many at once', async () => {
    const tunnel = await tunnels.open(target);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => (await fetch(`http://127.0.0.1:${tunnel.localPort}/${i}`)).text()),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: 20 }, (_, i) => `hello /${i}`),
    );
    assert.equal(await tunnels.open(target), tunnel);
    assert.deepEqual(tunnels.list, [tunnel]);
    await tunnels.close(tunnel.id);
    await assert.rejects(fetch(`http://127.0.0.1:${tunnel.localPort}/`));
    assert.deepEqual(tunnels.list, []);
  });
  it('takes another local port where its own is taken', async () => {
    const taken = createServer().listen(18080, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const tunnel = await tunnels.open(target);
      assert.notEqual(tunnel.localPort, 18080);
      assert.equal(await (await fetch(`http://127.0.0.1:${tunnel.localPort}/y`)).text(), 'hello /y');
      await tunnels.close(tunnel.id);
    } finally {
      taken.close();
    }
  });
  it('works again after the connection was cut', async () => {
    const tunnel = await tunnels.open(target);
    await host.killSshd();
    await current.closed;
    await assert.rejects(fetch(`http://127.0.0.1:${tunnel.localPort}/`));
    await host.startSshd();
    machine = await connectTestHost(host);
    current = machine;
    assert.equal(await (await fetch(`http://127.0.0.1:${tunnel.localPort}/z`)).text(), 'hello /z');
    await tunnels.close(tunnel.id);
  });
  it('to a port on which nothing listens says so', () =>
    assert.rejects(tunnels.open({ ...target, port: 4 }), /Nothing answers at 127\.0\.0\.1:4 on root@/));
  it('that the VM forbids says so, with the setting', async () => {
    const file = '/etc/ssh/sshd_config.d/00-suite.conf';
    await host.writeFile(file, 'AllowTcpForwarding no\n');
    await host.killSshd();
    await host.startSshd();
    const forbidden = await connectTestHost(host);
    const others = new Tunnels({ listener: localListener, machine: async () => forbidden, log: () => {} });
    try {
      await assert.rejects(others.open(target), (error: Error & { remedy?: string }) => {
        assert.match(error.message, /does not forward connections \(AllowTcpForwarding no\)/);
        assert.match(error.remedy ?? '', /sshd_config/);
        return true;
      });
    } finally {
      await forbidden.close();
      await host.console(['rm', file]);
      await host.killSshd();
      await host.startSshd();
      machine = await connectTestHost(host);
    }
  });
});

describe('a user without access to the socket', () => {
  it('is told the exact command', () =>
    assert.rejects(connectTestHost(host, 'nodocker'), (error: Error & { remedy?: string; problem?: string }) => {
      assert.equal(error.problem, 'noSocketPermission');
      assert.match(error.remedy ?? '', /sudo usermod -aG docker nodocker/);
      return true;
    }));
  it('who may run docker by sudo is served so, programs included', async () => {
    const file = '/etc/sudoers.d/nodocker';
    await host.console([
      'sh',
      '-c',
      `echo 'nodocker ALL=(root) NOPASSWD: /usr/bin/docker' > ${file} && chmod 440 ${file}`,
    ]);
    const bySudo = await connectTestHost(host, 'nodocker');
    try {
      assert.ok((await bySudo.engine.listContainers()).length > 0);
      const ids = bySudo.commands.run(['docker', 'ps', '--quiet']);
      const lines: string[] = [];
      for await (const { text: line } of ids.lines) lines.push(line);
      assert.deepEqual(await ids.exit, { code: 0, signal: undefined });
      assert.ok(lines.length > 0);
    } finally {
      await bySudo.close();
      await host.console(['rm', file]);
    }
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readContainerBinaries } from '../../src/application/drift/readContainerBinaries.ts';
import type { LogChunk } from '../../src/application/ports/Engine.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { findDrift } from '../../src/core/drift/findDrift.ts';
import { createMachineConnector } from '../../src/vmAdapters.ts';
import { type HostUser, type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const hosts = withTestHosts(['vm1'], { images: ['node'] });
const folder = mkdtempSync(join(tmpdir(), 'engine-suite-'));
const IMAGE = 'node:24-bookworm';
let host: TestHost;
let machine: Machine;

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
  machine = await connect();
});
after(async () => {
  await machine?.close();
  await hosts.down();
  rmSync(folder, { recursive: true });
});

async function connect(user: HostUser = 'root'): Promise<Machine> {
  const connector = createMachineConnector({
    knownHosts: { user: join(folder, 'known_hosts'), others: [] },
    agentSocket: null,
    defaultKeyFiles: [],
  });
  return connector.connectVm(
    { name: 'vm1', host: host.address, port: 22, user, identityFile: host.keyFile },
    async () => 'trustAndRemember',
  );
}

async function start(name: string, options: readonly string[], script: string): Promise<string> {
  return (
    await host.run(['docker', 'run', '--detach', '--name', name, ...options, IMAGE, 'bash', '-c', script])
  ).trim();
}

async function linesByStream(log: AsyncIterable<LogChunk>): Promise<{ stdout: string[]; stderr: string[] }> {
  const lines: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] };
  for await (const chunk of log) lines[chunk.stream].push(...chunk.lines);
  return lines;
}

describe('what was put into a container by hand', () => {
  const installs = `
set -e
mkdir -p /tmp/deb/DEBIAN /tmp/deb/usr/bin /tmp/deb/usr/share/doc/tool /tmp/npm
printf 'Package: tool\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: x <x@example.com>\\nDescription: x\\n' > /tmp/deb/DEBIAN/control
printf '#!/bin/sh\\necho tool 1.0\\n' > /tmp/deb/usr/bin/tool; chmod 755 /tmp/deb/usr/bin/tool
echo x > /tmp/deb/usr/share/doc/tool/copyright
dpkg-deb --build /tmp/deb /tmp/tool.deb >/dev/null && dpkg -i /tmp/tool.deb >/dev/null
echo '{"name":"@example/cli","version":"2.1.0","bin":{"example":"cli.js"}}' > /tmp/npm/package.json
printf '#!/usr/bin/env node\\nconsole.log("example 2.1.0")\\n' > /tmp/npm/cli.js; chmod 755 /tmp/npm/cli.js
npm install --global --install-links --offline --no-audit --no-fund /tmp/npm >/dev/null
printf '#!/bin/sh\\necho gog 0.12.0\\n' > /usr/local/bin/gog; chmod 755 /usr/local/bin/gog
: > /usr/local/bin/himalaya; chmod 755 /usr/local/bin/himalaya
mkdir -p /home/node/.config/gogcli/keyring /home/node/.openclaw /home/node/notes
echo key > /home/node/.config/gogcli/keyring/token; echo mounted > /home/node/.openclaw/state; echo x > /home/node/notes/a
echo "# mine" >> /etc/npmrc.mine; rm /etc/debian_version`;

  it('is told as what it is, and what stays is not told', async () => {
    const id = await start('drifted', ['--volume', 'state:/home/node/.openclaw'], 'sleep infinity');
    assert.deepEqual(findDrift(await machine.engine.listChanges(id), ['/home/node/.openclaw']), []);
    await host.run(['docker', 'exec', '--interactive', id, 'bash', '-s'], { input: installs });
    const details = await machine.engine.inspectContainer(id);
    const items = findDrift(
      await machine.engine.listChanges(id),
      details.mounts.map(({ target }) => target),
    );
    assert.deepEqual(
      items.map(({ what, kind, label, manager }) => [what, kind, label, ...(manager === undefined ? [] : [manager])]),
      [
        ['state', 'added', '/home/node/.config'],
        ['program', 'added', 'example'],
        ['program', 'added', 'gog'],
        ['program', 'added', 'himalaya'],
        ['program', 'added', 'tool'],
        ['package', 'added', '@example/cli', 'npm'],
        ['package', 'added', 'tool', 'apt'],
        ['file', 'deleted', '/etc/debian_version'],
        ['file', 'added', '/etc/npmrc.mine'],
        ['file', 'added', '/home/node/notes'],
      ],
    );
    assert.equal(items.find(({ label }) => label === '/home/node/.config')?.fileCount, 4);
    const binaries = await readContainerBinaries(machine.engine, details, ['gog', 'git', 'jq', 'himalaya']);
    assert.deepEqual(
      binaries.map(({ name, state, version, isLost }) => [name, state, version?.slice(0, 16), isLost]),
      [
        ['example', 'present', 'example 2.1.0', true],
        ['gog', 'present', 'gog 0.12.0', true],
        ['himalaya', 'empty', undefined, true],
        ['tool', 'present', 'tool 1.0', true],
        ['git', 'present', 'git version 2.39', false],
      ],
    );
    await host.run(['docker', 'rm', '--force', 'drifted']);
  });
});

describe('the engine of a VM', () => {
  it('tells its version, architecture and memory', async () => {
    const info = await machine.engine.info();
    assert.equal(info.version, (await host.run(['docker', 'version', '--format', '{{.Server.Version}}'])).trim());
    assert.equal(info.architecture, process.arch === 'x64' ? 'amd64' : process.arch);
    assert.match(info.operatingSystem, /Debian/);
    assert.ok(info.memoryBytes > 1e9 && info.cpus >= 1);
  });
  it('answers 50 calls at once', async () => {
    const lists = await Promise.all(Array.from({ length: 50 }, () => machine.engine.listContainers()));
    assert.equal(new Set(lists.map((list) => JSON.stringify(list))).size, 1);
  });
  it('lists and inspects containers as they are', async () => {
    const options = [
      '--publish',
      '127.0.0.1:8080:80',
      '--env',
      'A=b=c',
      '--volume',
      '/srv:/data:ro',
      '--user',
      '1000',
      '--health-cmd',
      'true',
      '--health-interval',
      '1h',
    ];
    const id = await start('inspected', options, 'exit 3');
    await host.run(['docker', 'wait', 'inspected']);
    const listed = (await machine.engine.listContainers()).find((container) => container.name === 'inspected');
    assert.deepEqual([listed?.id, listed?.image, listed?.state], [id, IMAGE, 'exited']);
    assert.match(listed?.status ?? '', /^Exited \(3\)/);
    const details = await machine.engine.inspectContainer(id);
    assert.deepEqual(
      [details.exitCode, details.outOfMemoryKilled, details.user, details.environment.get('A')],
      [3, false, '1000', 'b=c'],
    );
    assert.deepEqual(details.mounts, [
      { kind: 'bind', source: '/srv', target: '/data', readOnly: true, anonymous: false },
    ]);
  });
  it('says what it refuses', async () => {
    await assert.rejects(machine.engine.inspectContainer('no-such-container'), /No such container: no-such-container/);
  });
});

describe('logs', () => {
  it('tell stdout from stderr, whole and in order', async () => {
    const id = await start(
      'talker',
      [],
      'for i in $(seq 1 3000); do echo "out $i"; echo "err $i" >&2; done; printf "no line end"',
    );
    await host.run(['docker', 'wait', 'talker']);
    const { stdout, stderr } = await linesByStream(machine.engine.logs(id, { follow: false }));
    assert.deepEqual(stdout, [...Array.from({ length: 3000 }, (_, index) => `out ${index + 1}`), 'no line end']);
    assert.deepEqual(
      stderr,
      Array.from({ length: 3000 }, (_, index) => `err ${index + 1}`),
    );
  });
  it('begin where they are asked to', async () => {
    const { stdout } = await linesByStream(machine.engine.logs('talker', { follow: false, tail: 1 }));
    assert.deepEqual(stdout, ['no line end']);
    const later = await linesByStream(machine.engine.logs('talker', { follow: false, since: '2100-01-01T00:00:00Z' }));
    assert.deepEqual(later, { stdout: [], stderr: [] });
    const all = await linesByStream(
      machine.engine.logs('talker', { follow: false, since: '2001-09-09T03:46:40.5+02:00' }),
    );
    assert.equal(all.stdout.length, 3001);
  });
  it('of a terminal are one stream', async () => {
    const id = await start('terminal', ['--tty'], 'echo out; echo err >&2; printf "\\033[31mred\\033[0m\\n"');
    await host.run(['docker', 'wait', 'terminal']);
    const lines = await linesByStream(machine.engine.logs(id, { follow: false }));
    assert.deepEqual(lines, { stdout: ['out', 'err', '\u001b[31mred\u001b[0m'], stderr: [] });
  });
  it('are followed until the container ends', async () => {
    const id = await start('follower', [], 'for i in 1 2 3; do echo $i; sleep 0.2; done');
    const { stdout } = await linesByStream(machine.engine.logs(id, { follow: true }));
    assert.deepEqual(stdout, ['1', '2', '3']);
  });
  it('of a container that is not there say so', async () => {
    await assert.rejects(linesByStream(machine.engine.logs('gone', { follow: true })), /No such container: gone/);
  });
});

describe('events', () => {
  it('tell of each change after the list, and end with the signal', async () => {
    const abort = new AbortController();
    let opened: () => void = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const actions: string[] = [];
    const reading = (async () => {
      for await (const event of machine.engine.events(abort.signal, opened)) {
        if (event.type !== 'container' || event.attributes['name'] !== 'eventful') continue;
        actions.push(event.action === 'die' ? `die ${event.attributes['exitCode']}` : event.action);
        if (event.action === 'destroy') abort.abort();
      }
    })();
    await open;
    await host.run(['docker', 'run', '--rm', '--name', 'eventful', IMAGE, 'sh', '-c', 'exit 78']).catch(() => {});
    await reading;
    assert.deepEqual(
      actions.filter((action) => ['create', 'start', 'die 78', 'destroy'].includes(action)),
      ['create', 'start', 'die 78', 'destroy'],
    );
  });
});

describe('a program in a container', () => {
  it('gets its arguments as given, and gives both streams and its exit code', async () => {
    await start('exec', [], 'sleep 1000');
    const argv = ['bash', '-c', 'printf "%s|" "$@"; echo; echo oops >&2; exit 4', 'bash', 'a b', "it's", '$(id)', ''];
    assert.deepEqual(await machine.engine.execInContainer('exec', argv), {
      exitCode: 4,
      stdout: "a b|it's|$(id)||\n",
      stderr: 'oops\n',
    });
    assert.equal((await machine.engine.execInContainer('exec', ['id', '-un'], { user: 'node' })).stdout, 'node\n');
  });
  it('that is not there is told by its exit code', async () => {
    const { exitCode } = await machine.engine.execInContainer('exec', ['no-such-program']);
    // Engines differ.
    assert.ok(exitCode === 126 || exitCode === 127, String(exitCode));
  });
  it('that prints without an end is given up', async () => {
    await assert.rejects(
      machine.engine.execInContainer('exec', ['sh', '-c', 'while cat /bin/sh; do :; done']),
      /"sh" printed more than 16 MB in the container/,
    );
  });
  it('needs a running container', async () => {
    await assert.rejects(machine.engine.execInContainer('talker', ['true']), /is not running/);
  });
});

describe('an engine that cannot be used', () => {
  it('is told from one that is stopped, and works again on the same connection', async () => {
    await machine.engine.listContainers();
    await host.stopEngine();
    try {
      await assert.rejects(machine.engine.listContainers(), { problem: 'engineStopped' });
      await assert.rejects(connect(), { problem: 'engineStopped' });
    } finally {
      await host.startEngine();
    }
    assert.ok((await machine.engine.listContainers()).length > 0);
  });
  it('leaves its file behind when it is killed, and is still told as stopped', async () => {
    await host.killEngine();
    try {
      await assert.rejects(connect(), { problem: 'engineStopped' });
    } finally {
      await host.startEngine();
    }
  });
  it('is out of reach for a user outside of the docker group, who is told the command', async () => {
    await assert.rejects(connect('nodocker'), {
      problem: 'noSocketPermission',
      remedy: 'Run "sudo usermod -aG docker nodocker" on the VM, then retry.',
    });
  });
  it('is missing', async () => {
    await host.stopEngine();
    await host.console(['mv', '/usr/bin/docker', '/usr/bin/docker.away']);
    try {
      await assert.rejects(connect(), { problem: 'noDocker' });
    } finally {
      await host.console(['mv', '/usr/bin/docker.away', '/usr/bin/docker']);
      await host.startEngine();
    }
  });
});

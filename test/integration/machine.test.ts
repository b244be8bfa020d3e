import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { createMachineConnector, packFolder } from '../../src/vmAdapters.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const hosts = withTestHosts(['vm1'], { images: ['node'] });
const root = mkdtempSync(join(tmpdir(), 'machine-suite-'));
let host: TestHost;

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
});
after(async () => {
  await hosts.down();
  rmSync(root, { recursive: true });
});

async function connect(): Promise<Machine> {
  const connector = createMachineConnector({
    knownHosts: { user: join(root, 'known_hosts'), others: [] },
    agentSocket: null,
    defaultKeyFiles: [],
    timings: { keepaliveIntervalMs: 300, keepaliveCount: 2 },
  });
  return connector.connectVm(
    { name: 'vm1', host: host.address, port: 22, user: 'root', identityFile: host.keyFile },
    async () => 'trustAndRemember',
  );
}

function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'project-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text, name.endsWith('.sh') ? { mode: 0o755 } : {});
  }
  return folder;
}

const tree = (folder: string): Promise<string> =>
  host.run([
    'sh',
    '-c',
    'cd "$1" && find . -type f -printf "%P %m " -exec head -c 20 {} \\; -printf "\\n" | sort',
    'sh',
    folder,
  ]);

describe('a project that is sent to a VM', () => {
  it('is unpacked over what is there, and leaves the rest alone', async () => {
    const machine = await connect();
    await host.writeFile('/srv/my app/.env', 'TOKEN=1');
    await host.writeFile('/srv/my app/Dockerfile', 'FROM old');
    const folder = project({
      Dockerfile: 'FROM new',
      'bin/run.sh': '#!/bin/sh',
      'skills/ü b/SKILL.md': '---',
      '.env': 'LOCAL',
    });
    await machine.files.unpackFolder('/srv/my app', packFolder(folder));
    assert.equal(
      await tree('/srv/my app'),
      [
        '.env 644 TOKEN=1',
        'Dockerfile 644 FROM new',
        'bin/run.sh 755 #!/bin/sh',
        'skills/ü b/SKILL.md 644 ---',
        '',
      ].join('\n'),
    );
    assert.equal(await host.run(['ls', '/srv']), 'my app\n');
    await machine.close();
  });
  it('makes a folder that was missing, below the home folder', async () => {
    const machine = await connect();
    await machine.files.unpackFolder('~/apps/gateway/', packFolder(project({ 'a/b': 'x' })));
    assert.equal(await tree('/root/apps/gateway'), 'a/b 644 x\n');
    assert.equal(await host.run(['ls', '-A', '/root/apps']), 'gateway\n');
    await machine.close();
  });
  it('changes nothing where the network is cut in the middle', async () => {
    const machine = await connect();
    await host.writeFile('/opt/app/Dockerfile', 'FROM old');
    async function* cutAfterSome(tar: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      let sent = 0;
      for await (const chunk of tar) {
        yield chunk;
        sent += chunk.length;
        if (sent > 1_000_000) host.cut();
      }
    }
    const folder = project({ Dockerfile: 'FROM new', 'large.bin': 'x'.repeat(8_000_000) });
    try {
      await assert.rejects(machine.files.unpackFolder('/opt/app', cutAfterSome(packFolder(folder))), {
        problem: 'connectionLost',
      });
    } finally {
      host.heal();
    }
    assert.equal(await tree('/opt/app'), 'Dockerfile 644 FROM old\n');
  });
  it('changes nothing where it cannot be read to its end, and leaves nothing behind', async () => {
    const machine = await connect();
    async function* broken(tar: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of tar) {
        yield chunk;
        throw new Error('a file could not be read');
      }
    }
    await host.writeFile('/opt/other/Dockerfile', 'FROM old');
    const sent = machine.files.unpackFolder('/opt/other', broken(packFolder(project({ Dockerfile: 'FROM new' }))));
    await assert.rejects(sent, /a file could not be read/);
    assert.equal(await tree('/opt/other'), 'Dockerfile 644 FROM old\n');
    assert.equal(await host.run(['sh', '-c', 'ls -d /opt/other*']), '/opt/other\n');
    await machine.close();
  });
  it('does not replace a folder by a file', async () => {
    const machine = await connect();
    await host.writeFile('/opt/third/config/keep', 'x');
    await assert.rejects(
      machine.files.unpackFolder('/opt/third', packFolder(project({ config: 'a file' }))),
      /config is a folder/,
    );
    assert.equal(await tree('/opt/third'), 'config/keep 644 x\n');
    await machine.close();
  });
});

describe('the local machine', () => {
  it('has the engine that DOCKER_HOST names, and programs and files of its own', async () => {
    const socket = join(root, 'docker.sock');
    const forward = [
      '-F',
      host.sshConfigFile,
      '-N',
      '-o',
      'ExitOnForwardFailure=yes',
      '-L',
      `${socket}:/var/run/docker.sock`,
    ];
    const tunnel = spawn('ssh', [...forward, host.name], { stdio: 'ignore' });
    const saved = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = `unix://${socket}`;
    try {
      while (!existsSync(socket) && tunnel.exitCode === null) await delay(10);
      const machine = await createMachineConnector().connectLocal();
      assert.equal(
        (await machine.engine.info()).version,
        (await host.run(['docker', 'version', '--format', '{{.Server.Version}}'])).trim(),
      );
      await machine.files.writeText(join(root, 'local.txt'), 'text', 0o600);
      const lines: string[] = [];
      for await (const { text } of machine.commands.run(['cat', 'local.txt'], { workingDirectory: root }).lines)
        lines.push(text);
      assert.deepEqual(lines, ['text']);
      await machine.close();
      assert.equal(await machine.closed, undefined);
    } finally {
      if (saved === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = saved;
      tunnel.kill();
      await once(tunnel, 'exit');
    }
  });
  for (const [address, problem] of [
    ['unix:///nonexistent/docker.sock', 'noDocker'],
    ['tcp://127.0.0.1:1', 'refused'],
    ['tcp://no-such-host.invalid:2375', 'nameNotResolved'],
    ['ssh://root@vm', 'other'],
  ] as const) {
    it(`says what is wrong with ${address}`, async () => {
      const saved = process.env['DOCKER_HOST'];
      process.env['DOCKER_HOST'] = address;
      try {
        await assert.rejects(createMachineConnector().connectLocal(), { problem });
      } finally {
        if (saved === undefined) delete process.env['DOCKER_HOST'];
        else process.env['DOCKER_HOST'] = saved;
      }
    });
  }
});

describe('an image build', () => {
  it('ends on the VM when it is cancelled', async () => {
    const machine = await connect();
    const folder = '/srv/slow';
    await host.writeFile(`${folder}/Dockerfile`, 'FROM node:24-bookworm\nRUN echo building && sleep 7119\n');
    await host.writeFile(`${folder}/compose.yaml`, 'services:\n  slow:\n    build: .\n');
    const abort = new AbortController();
    const command = machine.commands.run(['docker', 'compose', 'build'], {
      workingDirectory: folder,
      signal: abort.signal,
    });
    for await (const { text } of command.lines) {
      if (/building$/.test(text) && !/RUN/.test(text)) abort.abort(new Error('enough'));
    }
    await assert.rejects(command.exit, /enough/);
    assert.equal((await host.ssh(['pgrep', '--list-full', '--full', '^docker |compose build|sleep 7119'])).stdout, '');
    await machine.close();
  });
});

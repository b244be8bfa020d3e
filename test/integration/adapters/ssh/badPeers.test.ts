import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DockerEngine } from '../../../../src/adapters/docker/DockerEngine.ts';
import { probeVm } from '../../../../src/adapters/ssh/probeVm.ts';
import { ShellMachineFiles } from '../../../../src/adapters/ssh/ShellMachineFiles.ts';
import { SshCommandRunner } from '../../../../src/adapters/ssh/SshCommandRunner.ts';
import { SshConnection } from '../../../../src/adapters/ssh/SshConnection.ts';
import type { SshTimings } from '../../../../src/adapters/ssh/SshTimings.ts';
import { streamLocalTransport } from '../../../../src/adapters/ssh/vmEngineTransports.ts';
import { authenticateWith } from './authenticateWith.ts';
import { sendPayload, socketOf, startSshServer, type TestSshServer, type TestSshServerOptions } from './sshServer.ts';
import { testKeyPair } from './testKeyPair.ts';

/* Servers and engines that do what they should not. */

const KEY = testKeyPair();
const MEBIBYTE = 2 ** 20;
const SSH_MSG_DISCONNECT = 1;
const SSH_DISCONNECT_PROTOCOL_ERROR = 2;
const SSH_MSG_CHANNEL_OPEN_CONFIRMATION = 91;
let server: TestSshServer | undefined;
let connection: SshConnection | undefined;

afterEach(async () => {
  await connection?.close();
  connection = undefined;
  await server?.close();
  server = undefined;
});

async function open(
  options: Partial<TestSshServerOptions> = {},
  timings: Partial<SshTimings> = {},
): Promise<SshConnection> {
  server = await startSshServer({ authorizedKey: KEY.public, ...options });
  connection = await SshConnection.open({
    address: { host: '127.0.0.1', port: server.port, user: 'root' },
    hostKeys: { algorithms: ['ssh-ed25519'], verify: async () => {} },
    authentication: authenticateWith(KEY.private),
    timings,
  });
  return connection;
}

describe('an SSH server that', () => {
  it('sends a gigabyte on stderr fills no memory', async () => {
    const total = 1024 * MEBIBYTE;
    const chunk = Buffer.from(`${'x'.repeat(65_535)}\n`);
    const opened = await open({
      onExec: (channel, command) => {
        const marker = /openclaw-vm-[0-9a-f]+/.exec(command)?.[0] ?? '';
        channel.write(`${marker}\n`);
        channel.stderr.write(`${marker} 1\n`);
        let sent = 0;
        const more = (): void => {
          while (sent < total) {
            sent += chunk.length;
            if (!channel.stderr.write(chunk)) return void channel.stderr.once('drain', more);
          }
          channel.exit(0);
          channel.end();
        };
        more();
      },
    });
    const command = new SshCommandRunner(opened).run(['x']);
    let bytes = 0;
    let most = 0;
    const before = process.memoryUsage().rss;
    for await (const { text } of command.lines) {
      bytes += text.length + 1;
      if (bytes % (64 * MEBIBYTE) < 70_000) most = Math.max(most, process.memoryUsage().rss - before);
    }
    assert.equal(bytes, total);
    assert.equal((await command.exit).code, 0);
    assert.ok(most < 400 * MEBIBYTE, `${Math.round(most / MEBIBYTE)} MB more`);
  });
  it('sends a file without an end fills no memory', async () => {
    let sent = 0;
    const opened = await open({
      onExec: (channel, command) => {
        const marker = /openclaw-vm-[0-9a-f]+/.exec(command)?.[0] ?? '';
        channel.write(`${marker}\n`);
        const chunk = Buffer.from(`${'A'.repeat(65_535)}\n`);
        const more = (): void => {
          while (channel.writable && channel.write(chunk)) sent += chunk.length;
        };
        channel.on('drain', more).on('error', () => {});
        more();
      },
    });
    const files = new ShellMachineFiles(new SshCommandRunner(opened, {}), 'the VM');
    await assert.rejects(files.readText('/etc/endless'), /could not be read on the VM: there is no end to what comes/);
    assert.ok(sent < 100 * MEBIBYTE, `${sent / MEBIBYTE} MB were taken`);
  });
  it('closes in the middle of a packet has lost the connection', async () => {
    const opened = await open({
      onExec: (_channel, _command, peer) => {
        socketOf(peer).write(Buffer.alloc(11, 1));
        socketOf(peer).destroySoon();
      },
    });
    await assert.rejects(new SshCommandRunner(opened).run(['x']).exit, { problem: 'connectionLost' });
    assert.equal((await opened.closed)?.problem, 'connectionLost');
  });
  it('sends nonsense in place of a packet has lost the connection', async () => {
    const opened = await open({
      onExec: (_channel, _command, peer) => void socketOf(peer).write(Buffer.alloc(4096, 0xff)),
    });
    await assert.rejects(new SshCommandRunner(opened).run(['x']).exit, { problem: 'connectionLost' });
  });
  it('says nonsense in one breath with its welcome has lost the connection, and nothing else', async () => {
    const opened = await open({
      onConnection: (peer) => {
        // In one packet of TCP: the client reads both before anybody hears that it is in.
        peer.once('authentication', () => socketOf(peer).cork());
        peer.once('ready', () => {
          sendPayload(peer, Buffer.of(SSH_MSG_CHANNEL_OPEN_CONFIRMATION));
          socketOf(peer).uncork();
        });
      },
    });
    assert.equal((await opened.closed)?.problem, 'connectionLost');
  });
  it('hangs up with many strange words is quoted on one line, and not at length', async () => {
    const length = Buffer.alloc(8);
    const words = Buffer.from('go\u001b[2J\u0007 away\u202e\r\n'.repeat(1000));
    length.writeUInt32BE(SSH_DISCONNECT_PROTOCOL_ERROR, 0);
    length.writeUInt32BE(words.length, 4);
    const payload = Buffer.concat([Buffer.of(SSH_MSG_DISCONNECT), length, words, Buffer.alloc(4)]);
    const opening = open({ onConnection: (peer) => peer.once('handshake', () => sendPayload(peer, payload)) });
    await assert.rejects(opening, ({ message }: Error) => {
      assert.match(message, /^root@127\.0\.0\.1:\d+ does not talk SSH with us: .*go \[2J {2}away +go/);
      assert.doesNotMatch(message, /[\p{Cc}\p{Cf}]/u);
      assert.ok(message.length < 400, message);
      return true;
    });
  });
  it('hangs after the login is given up, with a word on what it did not do', async () => {
    const opened = await open(
      { onConnection: (peer) => peer.on('ready', () => socketOf(peer).pause()) },
      { channelTimeoutMs: 300, keepaliveIntervalMs: 60_000 },
    );
    await assert.rejects(new SshCommandRunner(opened).run(['true']).exit, /did not open in time/);
  });
  it('stops reading holds the sender back and lets it be cancelled', async () => {
    const opened = await open({ onExec: (channel) => void channel.pause() }, { keepaliveIntervalMs: 60_000 });
    const abort = new AbortController();
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += MEBIBYTE;
        yield Buffer.alloc(MEBIBYTE);
      }
    }
    const delays = { termAfterMs: 100, killAfterMs: 100 };
    const command = new SshCommandRunner(opened, {}, delays).run(['x'], { stdin: endless(), signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(given < 32 * MEBIBYTE, `${given / MEBIBYTE} MB were taken in advance`);
    abort.abort(new Error('enough'));
    await assert.rejects(command.exit, /enough/);
  });
  for (const maxSessions of [1, 2]) {
    it(`allows ${maxSessions} sessions serves twenty, one after the other`, async () => {
      const runner = new SshCommandRunner(await open({ maxSessions }));
      const exits = await Promise.all(Array.from({ length: 20 }, (_, i) => runner.run(['sh', '-c', `exit ${i}`]).exit));
      assert.deepEqual(
        exits.map(({ code }) => code),
        Array.from({ length: 20 }, (_, i) => i),
      );
      assert.ok((server?.sessions.most ?? 99) <= maxSessions);
    });
  }
  it('wants a new password from the login shell says so in its own words', async () => {
    const opened = await open({
      onExec: (channel) => {
        channel.stderr.write('WARNING: Your password has expired.\nPassword change required but no TTY available.\n');
        channel.exit(1);
        channel.end();
      },
    });
    await assert.rejects(probeVm(opened), /Password change required but no TTY available/);
  });
});

describe('an engine that', () => {
  let folder: string;
  let api: Server | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bad-engine-'));
  });
  afterEach(() => {
    api?.closeAllConnections();
    api?.close();
    api = undefined;
    rmSync(folder, { recursive: true });
  });

  async function engine(answer: RequestListener): Promise<DockerEngine> {
    const socket = join(folder, 'docker.sock');
    api = createHttpServer(answer);
    await new Promise<void>((resolve) => api?.listen(socket, resolve));
    return DockerEngine.open(streamLocalTransport(await open(), socket), { timeoutMs: 2000 });
  }
  /** Greets as an engine does, then answers everything else by `answer`. */
  const afterPing =
    (answer: RequestListener): RequestListener =>
    (request, response) =>
      request.url === '/_ping'
        ? void response.writeHead(200, { 'api-version': '1.45' }).end('OK')
        : answer(request, response);

  it('answers with a web page is none', () =>
    assert.rejects(
      engine(
        (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hi</html>'),
      ),
      /does not answer as a Docker Engine does \(HTTP 200\)/,
    ));
  it('lists half a JSON is told so, not taken for one without containers', async () => {
    const opened = await engine(
      afterPing(
        (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('[{"Id":"a'),
      ),
    );
    await assert.rejects(opened.listContainers());
    opened.close();
  });
  it('lists a page is told so', async () => {
    const opened = await engine(afterPing((_request, response) => void response.writeHead(200).end('<html>')));
    await assert.rejects(opened.listContainers(), /cannot be read/);
    opened.close();
  });
  it('answers 500 gives its reason', async () => {
    const opened = await engine(
      afterPing(
        (_request, response) =>
          void response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"disk on fire"}'),
      ),
    );
    await assert.rejects(opened.listContainers(), /refused: disk on fire/);
    opened.close();
  });
  it('never answers is given up', async () => {
    const opened = await engine(afterPing(() => {}));
    await assert.rejects(opened.listContainers(), { problem: 'engineStopped' });
    opened.close();
  });
  it('is too old is told so with its version', () =>
    assert.rejects(
      engine((_request, response) => void response.writeHead(200, { 'api-version': '1.20' }).end('OK')),
      /1\.20/,
    ));
});

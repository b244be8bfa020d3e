import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import type { ServerChannel } from 'ssh2';
import { SshCommandRunner } from '../../../../src/adapters/ssh/SshCommandRunner.ts';
import { SshConnection, type SshConnectionOptions } from '../../../../src/adapters/ssh/SshConnection.ts';
import type { OutputLine, RunningCommand } from '../../../../src/application/ports/CommandRunner.ts';
import { isAlive } from '../isAlive.ts';
import { authenticateWith } from './authenticateWith.ts';
import { socketOf, startSshServer, type TestSshServer, type TestSshServerOptions } from './sshServer.ts';
import { testKeyPair } from './testKeyPair.ts';

const KEY = testKeyPair();
const OTHER_KEY = testKeyPair();

let server: TestSshServer | undefined;
let connection: SshConnection | undefined;
let tcpServer: Server | undefined;

afterEach(async () => {
  await connection?.close();
  connection = undefined;
  await server?.close();
  server = undefined;
  tcpServer?.close();
  tcpServer = undefined;
});

async function open(
  serverOptions: Partial<TestSshServerOptions> = {},
  overrides: {
    privateKey?: string;
    port?: number;
    verify?: (key: Buffer) => Promise<void>;
    timings?: SshConnectionOptions['timings'];
  } = {},
): Promise<SshConnection> {
  server = await startSshServer({ authorizedKey: KEY.public, ...serverOptions });
  return connect(overrides.port ?? server.port, overrides);
}

async function connect(
  port: number,
  overrides: {
    privateKey?: string;
    host?: string;
    verify?: (key: Buffer) => Promise<void>;
    timings?: SshConnectionOptions['timings'];
  } = {},
): Promise<SshConnection> {
  connection = await SshConnection.open({
    address: { host: overrides.host ?? '127.0.0.1', port, user: 'root' },
    hostKeys: { algorithms: ['ssh-ed25519'], verify: overrides.verify ?? (async () => {}) },
    authentication: authenticateWith(overrides.privateKey ?? KEY.private),
    ...(overrides.timings === undefined ? {} : { timings: overrides.timings }),
  });
  return connection;
}

async function outputOf(command: RunningCommand): Promise<readonly OutputLine[]> {
  const lines: OutputLine[] = [];
  for await (const line of command.lines) lines.push(line);
  return lines;
}

/** A TCP server that does with each socket what it is told. */
async function serveTcp(onSocket: (write: (text: string) => void, end: () => void) => void): Promise<number> {
  tcpServer = createServer((socket) => {
    socket.on('error', () => {});
    onSocket(
      (text) => socket.write(text),
      () => socket.end(),
    );
  });
  await new Promise<void>((resolve) => tcpServer?.listen(0, '127.0.0.1', resolve));
  return (tcpServer.address() as { port: number }).port;
}

describe('SshConnection', () => {
  it('refuses where the host key is refused, before any authentication', async () => {
    const reason = new Error('not this key');
    await assert.rejects(open({}, { verify: async () => Promise.reject(reason) }), (error) => error === reason);
  });
  it('tells what was tried where no key is accepted', async () => {
    await assert.rejects(open({}, { privateKey: OTHER_KEY.private }), (error: Error & { problem?: string }) => {
      assert.equal(error.problem, 'authenticationFailed');
      assert.match(error.message, /root@127\.0\.0\.1:\d+ accepted no key\. Tried: the test key\./);
      return true;
    });
  });
  it('tells of a name that does not resolve', () =>
    assert.rejects(connect(22, { host: 'no-such-host.invalid' }), { problem: 'nameNotResolved' }));
  it('tells of a port on which nothing listens', async () => {
    const port = await serveTcp(() => {});
    await new Promise((resolve) => tcpServer?.close(resolve));
    await assert.rejects(connect(port), { problem: 'refused' });
  });
  it('tells of a server that is not SSH', async () => {
    const port = await serveTcp((write, end) => {
      write('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(100));
      end();
    });
    await assert.rejects(connect(port), { problem: 'other' });
  });
  it('tells of a server that closes at once', async () => {
    const port = await serveTcp((_write, end) => end());
    await assert.rejects(connect(port), { problem: 'other' });
  });
  it('gives up on a server that says nothing', async () => {
    const port = await serveTcp(() => {});
    await assert.rejects(connect(port, { timings: { handshakeTimeoutMs: 100 } }), { problem: 'unreachable' });
  });
  it('does not count the time in which a person is asked', async () => {
    const opened = await open(
      {},
      { timings: { handshakeTimeoutMs: 400 }, verify: () => new Promise((resolve) => setTimeout(resolve, 600)) },
    );
    assert.deepEqual(await new SshCommandRunner(opened).run(['true']).exit, { code: 0, signal: undefined });
  });
  it('notices a peer that no longer answers', async () => {
    const opened = await open({ onExec: () => {} }, { timings: { keepaliveIntervalMs: 50, keepaliveCount: 1 } });
    const command = new SshCommandRunner(opened).run(['true']);
    // The process goes on, but nothing comes from it any more, as when the network is cut.
    const [peer] = server?.connections ?? [];
    assert.ok(peer);
    socketOf(peer).pause();
    assert.equal((await opened.closed)?.problem, 'connectionLost');
    await assert.rejects(command.exit, { problem: 'connectionLost' });
  });
  it('tells that it was closed', async () => {
    const opened = await open();
    await opened.close();
    assert.equal(await opened.closed, undefined);
    await assert.rejects(opened.exec('true'), { problem: 'connectionLost' });
  });
  it('leaves no listener on the signal', async () => {
    const abort = new AbortController();
    server = await startSshServer({ authorizedKey: KEY.public });
    connection = await SshConnection.open({
      address: { host: '127.0.0.1', port: server.port, user: 'root' },
      hostKeys: { algorithms: ['ssh-ed25519'], verify: async () => {} },
      authentication: authenticateWith(KEY.private),
      signal: abort.signal,
    });
    abort.abort();
    assert.deepEqual(await new SshCommandRunner(connection).run(['true']).exit, { code: 0, signal: undefined });
  });
});

describe('SshCommandRunner', () => {
  it('gives both streams, without what the login shell says first', async () => {
    const opened = await open({
      onExec: (channel, _command) => {
        const marker = /openclaw-vm-[0-9a-f]+/.exec(_command)?.[0] ?? '';
        channel.write(`Welcome!\n${marker}\nout\n`);
        channel.stderr.write(`Last login\n${marker} 1\nerr`);
        channel.exit(3);
        channel.end();
      },
    });
    const command = new SshCommandRunner(opened).run(['x']);
    const lines = await outputOf(command);
    assert.deepEqual(lines.map(({ stream, text }) => `${stream} ${text}`).sort(), ['stderr err', 'stdout out']);
    assert.deepEqual(await command.exit, { code: 3, signal: undefined });
  });
  it('gives what a login shell says that runs nothing', async () => {
    const opened = await open({
      onExec: (channel) => {
        channel.write('This account is currently not available.\n');
        channel.exit(1);
        channel.end();
      },
    });
    const command = new SshCommandRunner(opened).run(['x']);
    assert.deepEqual(await outputOf(command), [{ stream: 'stdout', text: 'This account is currently not available.' }]);
    assert.deepEqual(await command.exit, { code: 1, signal: undefined });
  });
  it('tells the signal that ended the program', async () => {
    const command = new SshCommandRunner(await open()).run(['sh', '-c', 'kill -9 $$']);
    await outputOf(command);
    assert.deepEqual(await command.exit, { code: undefined, signal: 'SIGKILL' });
  });
  it('rejects where the server closes the channel without an exit code', async () => {
    const command = new SshCommandRunner(await open({ onExec: (channel: ServerChannel) => channel.close() })).run([
      'x',
    ]);
    await outputOf(command);
    await assert.rejects(command.exit, { problem: 'other' });
  });
  it('rejects where the server ends in the middle', async () => {
    const opened = await open({ onExec: (_channel, _command, peer) => peer.end() });
    const command = new SshCommandRunner(opened).run(['x']);
    await outputOf(command);
    await assert.rejects(command.exit, { problem: 'connectionLost' });
  });
  it('sends stdin at the pace of the program', async () => {
    let given = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; given < 120; given += 1) yield Buffer.alloc(50_000, 'x');
    }
    const command = new SshCommandRunner(await open()).run(['wc', '-c'], { stdin: source() });
    assert.equal((await outputOf(command))[0]?.text.trim(), '6000000');
    assert.equal((await command.exit).code, 0);
  });
  it('ends where the program does not read its stdin', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(100_000);
    }
    const command = new SshCommandRunner(await open()).run(['sh', '-c', 'exit 5'], { stdin: endless() });
    await outputOf(command);
    assert.deepEqual(await command.exit, { code: 5, signal: undefined });
  });
  it('holds the program back while nobody reads', async () => {
    const command = new SshCommandRunner(await open()).run(['sh', '-c', 'seq 1 150000']);
    let count = 0;
    for await (const line of command.lines) {
      count += 1;
      assert.equal(line.text, String(count));
      if (count === 10) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(count, 150_000);
    assert.equal((await command.exit).code, 0);
  });
  it('lets the program end where the reader leaves', async () => {
    const command = new SshCommandRunner(await open()).run(['sh', '-c', 'seq 1 200000; exit 4']);
    for await (const _ of command.lines) break;
    assert.deepEqual(await command.exit, { code: 4, signal: undefined });
  });
  it('ends a program that ignores SIGINT and SIGTERM, with its children', async () => {
    const abort = new AbortController();
    const runner = new SshCommandRunner(await open(), {}, { termAfterMs: 100, killAfterMs: 300 });
    const command = runner.run(
      ['sh', '-c', 'trap "" INT TERM; (trap "" INT TERM; sleep 60) & echo $!; wait; sleep 60'],
      {
        signal: abort.signal,
      },
    );
    const lines = command.lines[Symbol.asyncIterator]();
    const pid = (await lines.next()).value?.text ?? '';
    abort.abort(new Error('enough'));
    await assert.rejects(command.exit, /enough/);
    assert.equal(isAlive(Number(pid)), false);
  });
  it('does not start what was cancelled before', async () => {
    const command = new SshCommandRunner(await open()).run(['touch', '/x'], {
      signal: AbortSignal.abort(new Error('no')),
    });
    assert.deepEqual(await outputOf(command), []);
    await assert.rejects(command.exit, /no/);
  });
  it('keeps a place free of the ten that sshd allows', async () => {
    const runner = new SshCommandRunner(await open({ maxSessions: 10 }));
    const exits = await Promise.all(Array.from({ length: 25 }, () => runner.run(['sleep', '0.05']).exit));
    assert.deepEqual(new Set(exits.map(({ code }) => code)), new Set([0]));
    assert.equal(server?.sessions.most, 9);
  });
  it('makes do with a server that allows one session', async () => {
    const runner = new SshCommandRunner(await open({ maxSessions: 1 }));
    const exits = await Promise.all(Array.from({ length: 5 }, () => runner.run(['sleep', '0.05']).exit));
    assert.deepEqual(
      exits.map(({ code }) => code),
      [0, 0, 0, 0, 0],
    );
  });
});

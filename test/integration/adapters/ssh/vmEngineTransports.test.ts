import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DockerEngine } from '../../../../src/adapters/docker/DockerEngine.ts';
import { SshConnection } from '../../../../src/adapters/ssh/SshConnection.ts';
import { streamLocalTransport } from '../../../../src/adapters/ssh/vmEngineTransports.ts';
import { authenticateWith } from './authenticateWith.ts';
import { socketOf, startSshServer, type TestSshServer } from './sshServer.ts';
import { testKeyPair } from './testKeyPair.ts';

const KEY = testKeyPair();
// Shorter than the client's own timeout: whatever waits for that one fails.
const AT_ONCE = { timeout: 10_000 };

describe('streamLocalTransport', () => {
  let folder: string;
  let api: Server;
  let server: TestSshServer;
  let connection: SshConnection;
  let engine: DockerEngine;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'channels-'));
    api = createServer((_request, response) => response.writeHead(200, { 'api-version': '1.45' }).end('[]'));
    await new Promise<void>((resolve) => api.listen(join(folder, 'docker.sock'), resolve));
    server = await startSshServer({ authorizedKey: KEY.public });
    connection = await SshConnection.open({
      address: { host: '127.0.0.1', port: server.port, user: 'root' },
      hostKeys: { algorithms: ['ssh-ed25519'], verify: async () => {} },
      authentication: authenticateWith(KEY.private),
    });
    engine = await DockerEngine.open(streamLocalTransport(connection, join(folder, 'docker.sock')));
  });
  afterEach(async () => {
    engine.close();
    await connection.close();
    await server.close();
    api.closeAllConnections();
    api.close();
    rmSync(folder, { recursive: true });
  });

  it('does not use the channels of a lost connection again', AT_ONCE, async () => {
    await engine.listContainers();
    for (const peer of server.connections) socketOf(peer).destroy();
    await connection.closed;
    await assert.rejects(engine.listContainers(), { problem: 'connectionLost' });
  });
  it('opens new channels after the engine has closed the old ones', AT_ONCE, async () => {
    await engine.listContainers();
    api.closeAllConnections();
    assert.deepEqual(await engine.listContainers(), []);
  });
  it('opens the first channels at once, uses each once, and none that the engine has closed', AT_ONCE, async () => {
    let opened = 0;
    const counted = { openStreamLocal: connection.openStreamLocal.bind(connection) };
    Object.assign(connection, {
      openStreamLocal: (path: string) => {
        opened += 1;
        return counted.openStreamLocal(path);
      },
    });
    const transport = streamLocalTransport(connection, join(folder, 'docker.sock'), 3);
    assert.equal(opened, 3);
    const [first, second] = await Promise.all([transport.connect(), transport.connect()]);
    assert.equal(opened, 3);
    assert.notEqual(first, second);
    const ended = new Promise((resolve) => first.resume().once('close', resolve));
    api.closeAllConnections();
    await ended;
    const next = await transport.connect();
    assert.equal(opened, 4);
    second.destroy();
    next.destroy();
  });
  it('tells an engine that is gone from a connection that is gone', AT_ONCE, async () => {
    await engine.listContainers();
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
    await assert.rejects(engine.listContainers(), { problem: 'engineStopped' });
  });
});

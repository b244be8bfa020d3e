import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { findLocalEngine, type LocalEngineAddress } from '../../../../src/adapters/docker/findLocalEngine.ts';

const root = mkdtempSync(join(tmpdir(), 'local-engine-'));
after(() => rmSync(root, { recursive: true }));

function find(
  options: {
    variables?: Record<string, string>;
    files?: Record<string, string>;
    sockets?: readonly string[];
    platform?: NodeJS.Platform;
  } = {},
): Promise<LocalEngineAddress> {
  const homeFolder = mkdtempSync(join(root, 'home-'));
  for (const [path, text] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(homeFolder, path)), { recursive: true });
    writeFileSync(join(homeFolder, path), text);
  }
  const sockets = (options.sockets ?? []).map((path) => path.replace('~', homeFolder));
  return findLocalEngine({
    variables: options.variables ?? {},
    homeFolder,
    platform: options.platform ?? 'linux',
    exists: async (path) => sockets.includes(path),
  });
}

function contextFile(name: string, host: string): Record<string, string> {
  const id = createHash('sha256').update(name).digest('hex');
  return {
    [`.docker/contexts/meta/${id}/meta.json`]: JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  };
}

describe('findLocalEngine', () => {
  it('takes DOCKER_HOST before everything', async () =>
    assert.deepEqual(
      await find({
        variables: { DOCKER_HOST: 'unix:///x.sock', DOCKER_CONTEXT: 'y' },
        sockets: ['/var/run/docker.sock'],
      }),
      {
        kind: 'socket',
        path: '/x.sock',
        environment: {},
      },
    ));
  it('reads tcp addresses, with IPv6 and default port', async () => {
    assert.deepEqual(await find({ variables: { DOCKER_HOST: 'tcp://[::1]:2375' } }), {
      kind: 'tcp',
      host: '::1',
      port: 2375,
      environment: {},
    });
    assert.deepEqual(await find({ variables: { DOCKER_HOST: 'tcp://box' } }), {
      kind: 'tcp',
      host: 'box',
      port: 2375,
      environment: {},
    });
  });
  it('reads the certificates where TLS is asked for', async () => {
    const found = await find({
      variables: { DOCKER_HOST: 'tcp://box', DOCKER_TLS_VERIFY: '1' },
      files: { '.docker/ca.pem': 'CA', '.docker/cert.pem': 'CERT' },
    });
    assert.ok(found.kind === 'tcp');
    assert.deepEqual([found.port, found.tls?.verify, found.tls?.ca?.toString()], [2376, true, 'CA']);
  });
  it('says which file is broken where the current context is', async () => {
    const id = createHash('sha256').update('half').digest('hex');
    await assert.rejects(
      find({ variables: { DOCKER_CONTEXT: 'half' }, files: { [`.docker/contexts/meta/${id}/meta.json`]: '{"Na' } }),
      (error: Error) => error.message.includes(`${id}/meta.json is not whole`),
    );
    await assert.rejects(
      find({ variables: { DOCKER_CONTEXT: 'gone' } }),
      /The Docker context "gone" cannot be used: there is no /,
    );
  });
  it('leads programs to the engine of a context over TCP, too', async () => {
    const found = await find({ variables: { DOCKER_CONTEXT: 'net' }, files: contextFile('net', 'tcp://box:2375') });
    assert.deepEqual(found, { kind: 'tcp', host: 'box', port: 2375, environment: { DOCKER_CONTEXT: 'net' } });
  });
  it('names the context that leads elsewhere', async () =>
    assert.deepEqual(await find({ variables: { DOCKER_CONTEXT: 'vm' }, files: contextFile('vm', 'ssh://root@vm') }), {
      kind: 'unsupported',
      address: 'ssh://vm',
      context: 'vm',
    }));
  it('shows no password of an address', async () =>
    assert.deepEqual(await find({ variables: { DOCKER_HOST: 'ssh://root:secret@vm' } }), {
      kind: 'unsupported',
      address: 'ssh://root:***@vm',
    }));
  it('names what it cannot use', async () =>
    assert.deepEqual(await find({ variables: { DOCKER_HOST: 'ssh://root@vm' } }), {
      kind: 'unsupported',
      address: 'ssh://root@vm',
    }));
  it('takes the current context', async () =>
    assert.deepEqual(
      await find({
        files: { '.docker/config.json': '{"currentContext":"desktop"}', ...contextFile('desktop', 'unix:///d.sock') },
        sockets: ['/var/run/docker.sock'],
      }),
      { kind: 'socket', path: '/d.sock', environment: { DOCKER_CONTEXT: 'desktop' } },
    ));
  it('takes DOCKER_CONTEXT before the current context', async () => {
    const files = {
      '.docker/config.json': '{"currentContext":"first"}',
      ...contextFile('first', 'unix:///a'),
      ...contextFile('second', 'unix:///b'),
    };
    const found = await find({ files, variables: { DOCKER_CONTEXT: 'second' } });
    assert.ok(found.kind === 'socket');
    assert.equal(found.path, '/b');
  });
  it('falls back to the default socket where the context or the config is broken', async () => {
    const found = await find({ files: { '.docker/config.json': '{broken' }, sockets: ['/var/run/docker.sock'] });
    assert.deepEqual(found, { kind: 'socket', path: '/var/run/docker.sock', environment: {} });
  });
  it('finds a rootless engine', async () => {
    const found = await find({
      variables: { XDG_RUNTIME_DIR: '/run/user/1000' },
      sockets: ['/run/user/1000/docker.sock'],
    });
    assert.deepEqual(found, {
      kind: 'socket',
      path: '/run/user/1000/docker.sock',
      environment: { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' },
    });
  });
  it('finds the engine of Docker Desktop', async () => {
    const found = await find({ sockets: ['~/.docker/run/docker.sock'] });
    assert.ok(found.kind === 'socket');
    assert.match(found.path, /home-.*\/\.docker\/run\/docker\.sock$/);
  });
  it('names the default socket where there is none', async () =>
    assert.deepEqual(await find(), { kind: 'socket', path: '/var/run/docker.sock', environment: {} }));
  it('takes the pipe on Windows', async () => {
    const found = await find({ platform: 'win32' });
    assert.ok(found.kind === 'socket');
    assert.equal(found.path, '\\\\.\\pipe\\docker_engine');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseEngineAddress } from '../../../../src/core/vm/parseEngineAddress.ts';

const tcp = (host: string, port: number | undefined, more: object = {}) => ({
  kind: 'tcp',
  host,
  port,
  usesTls: false,
  basePath: '',
  ...more,
});

describe('parseEngineAddress', () => {
  it('reads sockets and pipes', () => {
    assert.deepEqual(parseEngineAddress('unix:///run/user/1000/docker.sock'), {
      kind: 'socket',
      path: '/run/user/1000/docker.sock',
    });
    assert.deepEqual(parseEngineAddress('npipe:////./pipe/docker_engine'), {
      kind: 'socket',
      path: '\\\\.\\pipe\\docker_engine',
    });
  });
  it('reads tcp addresses, with IPv6, without a port, below a path', () => {
    assert.deepEqual(parseEngineAddress('tcp://10.0.0.1:2376'), tcp('10.0.0.1', 2376));
    assert.deepEqual(parseEngineAddress('tcp://[fe80::1]:2376'), tcp('fe80::1', 2376));
    assert.deepEqual(parseEngineAddress('tcp://box'), tcp('box', undefined));
    assert.deepEqual(
      parseEngineAddress('https://box/docker/'),
      tcp('box', undefined, { usesTls: true, basePath: '/docker' }),
    );
  });
  it('takes an address without a scheme as tcp, as the docker CLI does', () =>
    assert.deepEqual(parseEngineAddress('box:2375'), tcp('box', 2375)));
  it('reads ssh addresses with the socket in their path', () => {
    assert.deepEqual(parseEngineAddress('ssh://deploy@vm:2222/run/user/1000/docker.sock'), {
      kind: 'ssh',
      host: 'vm',
      port: 2222,
      user: 'deploy',
      socketPath: '/run/user/1000/docker.sock',
    });
    assert.deepEqual(parseEngineAddress('ssh://vm/'), { kind: 'ssh', host: 'vm' });
    assert.deepEqual(parseEngineAddress('ssh://me%2Bx@[::1]'), { kind: 'ssh', host: '::1', user: 'me+x' });
  });
  it('refuses a password, and never repeats it', () => {
    const address = parseEngineAddress('ssh://root:hunter2@vm');
    assert.ok(address.kind === 'unusable');
    assert.match(address.reason, /holds a password/);
    assert.ok(!address.reason.includes('hunter2'));
    const other = parseEngineAddress('tcp://root:hunter2@vm');
    assert.ok(other.kind === 'unusable' && !other.reason.includes('hunter2'));
  });
  for (const bad of [
    'fd://x',
    'tcp://',
    'tcp://a b:1',
    'tcp://vm:99999',
    'tcp://vm:',
    'ssh://',
    'ssh://-oProxyCommand=x',
    'ssh://vm?x=1',
    'ssh://vm#x',
    'ssh://a b@vm',
    'ssh://%zz@vm',
    'tcp://[::1',
    'tcp://vm;rm:1',
  ]) {
    it(`refuses ${bad}`, () => {
      const address = parseEngineAddress(bad);
      assert.ok(address.kind === 'unusable', JSON.stringify(address));
      assert.ok(address.reason.includes(bad) && address.reason.endsWith('.'), address.reason);
    });
  }
});

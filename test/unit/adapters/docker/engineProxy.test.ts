import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { engineProxy, proxyAddress } from '../../../../src/adapters/docker/engineProxy.ts';

const proxy = 'http://proxy.example:3128';

/** Address of the proxy, or nothing. */
function through(variables: Readonly<Record<string, string>>, host = 'vm.example', usesTls = false): string {
  const found = engineProxy({ host, port: usesTls ? 2376 : 2375, usesTls }, variables);
  return found === undefined ? '' : proxyAddress(found);
}

describe('the proxy of an engine', () => {
  it('is the one for its kind of connection, in capitals or not', () => {
    assert.equal(through({ HTTP_PROXY: proxy }), proxy);
    assert.equal(through({ HTTP_PROXY: '', http_proxy: proxy }), proxy);
    assert.equal(through({ HTTPS_PROXY: proxy, ALL_PROXY: proxy }), '');
    assert.equal(through({ https_proxy: proxy }, 'vm.example', true), proxy);
    assert.equal(through({ HTTP_PROXY: proxy, ALL_PROXY: proxy }, 'vm.example', true), '');
  });
  it('is none on this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1'])
      assert.equal(through({ HTTP_PROXY: proxy }, host), '');
  });
  it('is read with its kind, port and login', () => {
    const read = (HTTP_PROXY: string): unknown => engineProxy({ host: 'vm', port: 1, usesTls: false }, { HTTP_PROXY });
    const found = { kind: 'http', host: 'p', port: 80, variable: 'HTTP_PROXY' };
    assert.deepEqual(read('http://p'), found);
    assert.deepEqual(read('p:3128'), { ...found, port: 3128 });
    assert.deepEqual(read('ftp://p:2121'), { ...found, port: 2121 });
    assert.deepEqual(read('https://p'), { ...found, kind: 'https', port: 443 });
    assert.deepEqual(read('socks5h://[::1]'), { ...found, kind: 'socks5', host: '::1', port: 1080 });
    assert.deepEqual(read('http://us%40er:p%3Aw@p'), { ...found, login: { user: 'us@er', password: 'p:w' } });
  });
  it('is named where it is none, without what it holds', () =>
    assert.throws(
      () => through({ HTTP_PROXY: 'http://me:secret@[::1' }),
      (error: Error) => {
        assert.match(error.message, /HTTP_PROXY holds no address/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    ));
  for (const [exceptions, host, isExcepted] of [
    ['example', 'vm.example', true],
    ['vm.example', 'VM.example', true],
    ['x, .VM.example ', 'a.vm.example', true],
    ['.vm.example', 'vm.example', false],
    ['*.vm.example', 'vm.example', false],
    ['*.example', 'vm.example', true],
    ['m.example', 'vm.example', false],
    ['vm.example:2375', 'vm.example', true],
    ['vm.example:99', 'vm.example', false],
    ['x vm.example', 'vm.example', false],
    ['x,*', 'vm.example', true],
    ['10.0.0.0/8', '10.77.7.11', true],
    ['10.0.0.0/8', '11.77.7.11', false],
    ['10.0.0.0/99', '10.77.7.11', false],
    ['10.77.7.11', '10.77.7.11', true],
    ['10.77.7.11:2375', '10.77.7.11', true],
    ['fd00::/8', 'fd00::1', true],
    ['fd00::/8', '10.77.7.11', false],
    ['[fd00::1]:2375', 'fd00::1', true],
    ['fd00:0::1', 'fd00::1', true],
    [':2375, ,', 'vm.example', false],
  ] as const) {
    it(`is ${isExcepted ? 'none' : 'used'} for ${host} with NO_PROXY "${exceptions}"`, () =>
      assert.equal(through({ HTTP_PROXY: proxy, no_proxy: exceptions }, host), isExcepted ? '' : proxy));
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isLoopback, networkWarning } from '../../../src/application/vms/networkWarning.ts';

const link = { host: 'vm' };

describe('networkWarning', () => {
  it('is silent about SSH, sockets and TLS', () => {
    assert.equal(networkWarning(undefined), undefined);
    assert.equal(networkWarning({ ...link, protection: 'tls' }), undefined);
  });
  it('says that anybody on the way can read and control', () =>
    assert.match(
      networkWarning({ ...link, protection: 'none' })?.long ?? '',
      /anybody on the way can read everything and control/,
    ));
  it('names SkipTLSVerify', () =>
    assert.match(
      networkWarning({ ...link, protection: 'tlsUnverified' })?.long ?? '',
      /not checked \(SkipTLSVerify\)/,
    ));
  it('says of this machine what is dangerous here', () =>
    assert.match(
      networkWarning({ ...link, host: '127.0.0.1', protection: 'none' })?.long ?? '',
      /every program and every user/,
    ));
});

describe('isLoopback', () => {
  it('knows the names of this machine', () =>
    assert.deepEqual(['localhost', '127.0.0.1', '127.1.2.3', '::1', '10.0.0.1', '127.example.org'].map(isLoopback), [
      true,
      true,
      true,
      true,
      false,
      false,
    ]));
});

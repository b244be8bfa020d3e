import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { hostKeyAlgorithmsFor } from '../../../../src/adapters/ssh/hostKeyAlgorithms.ts';
import { isAcceptedKeyType, isAllowedSignature } from '../../../../src/adapters/ssh/sshSignatures.ts';
import { CIPHERS, KEY_EXCHANGES, MACS, transportAlgorithms } from '../../../../src/adapters/ssh/transportAlgorithms.ts';

const address = { host: 'vm', port: 22, user: 'root' };

describe('transportAlgorithms', () => {
  it('says nothing where the SSH config says nothing', () => assert.deepEqual(transportAlgorithms({}, address), {}));
  it('takes each directive for its own part', () => {
    const found = transportAlgorithms(
      { KexAlgorithms: '-ecdh-*,*-hellman-*', Ciphers: 'aes*-cbc', MACs: '^hmac-md5' },
      address,
    );
    assert.deepEqual(found.kex, ['curve25519-sha256@libssh.org', 'curve25519-sha256']);
    assert.deepEqual(found.cipher, ['aes256-cbc', 'aes192-cbc', 'aes128-cbc']);
    assert.equal((found.hmac as readonly string[])[0], 'hmac-md5');
  });
  it('names the directive that leaves nothing, and what could stand there', () =>
    assert.throws(
      () => transportAlgorithms({ KexAlgorithms: 'sntrup761x25519-sha512' }, address),
      (error: Error & { remedy?: string }) => {
        assert.match(error.message, /"KexAlgorithms sntrup761x25519-sha512" .* root@vm:22 leaves nothing/);
        assert.match(error.remedy ?? '', /curve25519-sha256,/);
        return true;
      },
    ));
  it('looks after the algorithms of host keys too: ssh2 would take its own in place of none', () => {
    for (const HostKeyAlgorithms of ['ssh-dss', '-*'])
      assert.throws(() => transportAlgorithms({ HostKeyAlgorithms }, address), /"HostKeyAlgorithms .*leaves nothing/);
    transportAlgorithms({ HostKeyAlgorithms: 'ssh-ed25519-cert-v01@openssh.com' }, address);
  });
  it('knows nothing that ssh2 does not, and all that ssh2 prefers', () => {
    const constants = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as Record<
      string,
      readonly string[]
    >;
    for (const [lists, name] of [
      [KEY_EXCHANGES, 'KEX'],
      [CIPHERS, 'CIPHER'],
      [MACS, 'MAC'],
    ] as const) {
      const all = [...lists.usual, ...lists.more].filter(lists.isPossible);
      assert.deepEqual(
        all.filter((one) => constants[`SUPPORTED_${name}`]?.includes(one) !== true),
        [],
      );
      assert.deepEqual(lists.usual.filter(lists.isPossible).toSorted(), constants[`DEFAULT_${name}`]?.toSorted());
    }
  });
});

describe('hostKeyAlgorithmsFor', () => {
  it('puts what is known first, also where the config only adds or takes away', () => {
    assert.equal(hostKeyAlgorithmsFor(['ssh-rsa']).algorithms[0], 'rsa-sha2-512');
    const { algorithms, keyTypes } = hostKeyAlgorithmsFor(['ssh-rsa'], '-rsa-sha2-512,ecdsa-*');
    assert.deepEqual(algorithms, ['rsa-sha2-256', 'ssh-ed25519']);
    assert.deepEqual(keyTypes, ['ssh-ed25519', 'ssh-rsa']);
  });
  it('keeps the order that the config says', () =>
    assert.deepEqual(hostKeyAlgorithmsFor(['ssh-rsa'], 'ssh-ed25519,rsa-sha2-*').algorithms, [
      'ssh-ed25519',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]));
  it('takes SHA-1 only where it is asked for, and last', () => {
    assert.equal(hostKeyAlgorithmsFor(['ssh-rsa']).algorithms.includes('ssh-rsa'), false);
    assert.equal(hostKeyAlgorithmsFor(['ssh-rsa'], '+ssh-rsa').algorithms.at(-1), 'ssh-rsa');
  });
  it('knows certificates by their own names', () => {
    const { algorithms, certificateAlgorithms } = hostKeyAlgorithmsFor([], 'ssh-ed25519-cert-v01@openssh.com');
    assert.deepEqual(algorithms, []);
    assert.deepEqual(certificateAlgorithms, ['ssh-ed25519-cert-v01@openssh.com']);
  });
});

describe('the algorithms of keys and authorities', () => {
  it('that are accepted are all, or what the config leaves', () => {
    assert.equal(isAcceptedKeyType('ssh-rsa', {}), true);
    const choice = { PubkeyAcceptedAlgorithms: 'ssh-ed25519*,rsa-sha2-512' };
    assert.equal(isAcceptedKeyType('ssh-rsa', choice), true);
    assert.equal(isAcceptedKeyType('ssh-rsa-cert-v01@openssh.com', choice), false);
    assert.equal(isAcceptedKeyType('ssh-ed25519-cert-v01@openssh.com', choice), true);
    assert.equal(isAcceptedKeyType('ecdsa-sha2-nistp256', choice), false);
    assert.equal(isAcceptedKeyType('ssh-rsa', { PubkeyAcceptedAlgorithms: '+ssh-rsa' }), true);
  });
  it('that an authority may sign with never include SHA-1', () => {
    assert.equal(isAllowedSignature('rsa-sha2-256', undefined), true);
    assert.equal(isAllowedSignature('rsa-sha2-256', { CASignatureAlgorithms: '-rsa-*' }), false);
    assert.equal(isAllowedSignature('ssh-rsa', { CASignatureAlgorithms: '+ssh-rsa' }), false);
  });
});

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import ssh2 from 'ssh2';
import { isSignatureAlgorithm, isSshSignature, sshSignature } from '../../../../src/adapters/ssh/sshSignatures.ts';
import { sshStrings } from '../../../../src/core/vm/SshReader.ts';

const data = Buffer.from('what is signed');

function keyPair(type: 'ecdsa' | 'rsa', bits: number): { readonly pem: string; readonly blob: Buffer } {
  const pair = ssh2.utils.generateKeyPairSync(type as 'ecdsa', { bits: bits as 256 });
  const key = ssh2.utils.parseKey(pair.private);
  assert.ok(!(key instanceof Error));
  return { pem: key.getPrivatePEM(), blob: key.getPublicSSH() };
}

describe('sshSignature', () => {
  const kinds: readonly (readonly [type: 'ecdsa' | 'rsa', bits: number, algorithm: string])[] = [
    ['ecdsa', 256, 'ecdsa-sha2-nistp256'],
    ['ecdsa', 384, 'ecdsa-sha2-nistp384'],
    ['ecdsa', 521, 'ecdsa-sha2-nistp521'],
    ['rsa', 2048, 'rsa-sha2-256'],
    ['rsa', 2048, 'rsa-sha2-512'],
  ];
  for (const [type, bits, algorithm] of kinds) {
    it(`makes ${algorithm}, which is that of the key and the data alone`, () => {
      const { pem, blob } = keyPair(type, bits);
      // ECDSA signatures differ in length from one to the next.
      for (let round = 0; round < 20; round += 1) {
        const signature = sshSignature(pem, algorithm, data);
        assert.equal(isSshSignature(blob, signature, data), true);
        assert.equal(isSshSignature(blob, signature, Buffer.from('other')), false);
      }
      assert.equal(isSshSignature(keyPair(type, bits).blob, sshSignature(pem, algorithm, data), data), false);
    });
  }
  it('makes no SHA-1 and no algorithm of another key', () => {
    const { pem } = keyPair('rsa', 2048);
    assert.throws(() => sshSignature(pem, 'ssh-rsa', data), /ssh-rsa signatures are not made here/);
  });
});

describe('isSshSignature', () => {
  it('takes no SHA-1', () => {
    const { pem, blob } = keyPair('rsa', 2048);
    const signature = sshStrings('ssh-rsa', sign('sha1', data, pem));
    assert.equal(isSshSignature(blob, signature, data), false);
    assert.equal(isSignatureAlgorithm('ssh-rsa'), false);
    assert.equal(isSignatureAlgorithm('rsa-sha2-512'), true);
  });
  it('takes no signature with something behind it', () => {
    const { pem, blob } = keyPair('ecdsa', 256);
    const signature = sshSignature(pem, 'ecdsa-sha2-nistp256', data);
    assert.equal(isSshSignature(blob, Buffer.concat([signature, Buffer.of(0)]), data), false);
  });
  it('is false for what is no key and no signature', () => {
    assert.equal(isSshSignature(Buffer.of(1), Buffer.of(2), data), false);
    assert.equal(isSshSignature(sshStrings('ssh-ed25519', ''), sshStrings('ssh-ed25519', ''), data), false);
  });
  it('checks what a security key signs: hashes, with flags and counter between them', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    const blob = sshStrings('sk-ssh-ed25519@openssh.com', raw, 'ssh:');
    const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
    const between = Buffer.of(1, 0, 0, 0, 9);
    const value = sign(undefined, Buffer.concat([sha256(Buffer.from('ssh:')), between, sha256(data)]), privateKey);
    const signature = Buffer.concat([sshStrings('sk-ssh-ed25519@openssh.com', value), between]);
    assert.equal(isSshSignature(blob, signature, data), true);
    assert.equal(isSshSignature(blob, signature.subarray(0, -1), data), false);
    assert.equal(isSshSignature(blob, Buffer.concat([signature.subarray(0, -1), Buffer.of(8)]), data), false);
    assert.equal(isSshSignature(sshStrings('sk-ssh-ed25519@openssh.com', raw, 'web:'), signature, data), false);
  });
});

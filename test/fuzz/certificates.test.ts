import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSshSignature } from '../../src/adapters/ssh/sshSignatures.ts';
import { hostCertificateProblem, userCertificateDoubt } from '../../src/core/vm/certificateProblems.ts';
import { parseSshCertificate } from '../../src/core/vm/sshCertificate.ts';
import { makeCertificate, makeKeyPair } from '../support/makeCertificate.ts';

/** Whether the bytes would be taken for a certificate of the authority. */
function isGenuine(bytes: Buffer, authority: Buffer): boolean {
  const parsed = parseSshCertificate(bytes);
  if (!parsed.ok) return false;
  const { certificate } = parsed;
  // Whatever it says, it can be told.
  hostCertificateProblem(certificate, 'vm.example.com', 0);
  userCertificateDoubt(certificate, 'root', 0);
  return (
    authority.equals(certificate.authorityKey) &&
    isSshSignature(certificate.authorityKey, certificate.signature, certificate.signed)
  );
}

describe('certificates of SSH', () => {
  const authority = makeKeyPair();
  const blob = makeCertificate(makeKeyPair(), authority, {
    role: 2,
    principals: ['vm.example.com', '*.internal'],
    criticalOptions: ['force-command'],
    validBefore: 4_000_000_000n,
  });

  it('are genuine as they were made', () => assert.equal(isGenuine(blob, authority.blob), true));
  it('are not when any bit of them is another', () => {
    for (let index = 0; index < blob.length * 8; index += 1) {
      const changed = Buffer.from(blob);
      const at = index >> 3;
      changed[at] = (changed[at] ?? 0) ^ (1 << (index & 7));
      assert.equal(isGenuine(changed, authority.blob), false, `bit ${index}`);
    }
  });
  it('are not when cut, doubled or with a byte more anywhere', () => {
    for (let at = 0; at < blob.length; at += 1) {
      assert.equal(isGenuine(blob.subarray(0, at), authority.blob), false);
      assert.equal(isGenuine(blob.subarray(at + 1), authority.blob), false);
      assert.equal(
        isGenuine(Buffer.concat([blob.subarray(0, at), Buffer.of(0), blob.subarray(at)]), authority.blob),
        false,
      );
    }
    assert.equal(isGenuine(Buffer.concat([blob, blob]), authority.blob), false);
  });
  it('are not when a length in them says more than there is', () => {
    for (let at = 0; at + 4 <= blob.length; at += 1) {
      for (const length of [0xffff_ffff, 0x7fff_ffff, blob.length, 0]) {
        const changed = Buffer.from(blob);
        changed.writeUInt32BE(length, at);
        if (!changed.equals(blob)) assert.equal(isGenuine(changed, authority.blob), false, `length at ${at}`);
      }
    }
  });
});

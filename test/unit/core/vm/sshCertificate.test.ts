import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  certifiedAlgorithm,
  isCertificateType,
  type ParsedSshCertificate,
  parseSshCertificate,
  plainAlgorithm,
  type SshCertificate,
} from '../../../../src/core/vm/sshCertificate.ts';
import { makeCertificate, makeKeyPair } from '../../../support/makeCertificate.ts';

// Made by ssh-keygen -s of OpenSSH 9.2: -I 'web 1' -h -n '*.example.com' -V always:forever, for an ECDSA key.
const OF_HOST =
  'AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAg08CpPiUWGO4q521oboJ68NgyX5EiZxXNKz2IzZ6oiLsAAAAIbmlzdHAyNTYAAABBBKESR9BnZZK6cDMNeAs/9Ai5cCRfnq4DNBLeYNMRP5tMtt4LmIIBbyt/PbcFZB0G72TliZdHD0Cxm9Wle/RUOW4AAAAAAAAAAAAAAAIAAAAFd2ViIDEAAAARAAAADSouZXhhbXBsZS5jb20AAAAAAAAAAP//////////AAAAAAAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACD2FWpGLdB0arAcJmuf6igS4MKy+DNWew2i8Qo74FOyGAAAAFMAAAALc3NoLWVkMjU1MTkAAABAM5d49O+3OmsD5fjyL+dYMtMeFT94i2yd8SORMN3iKRThh/CLftbLD5HjA1j3xvPQyLZw6uOZKw3ASdcsl8BiDg==';
const HOST_KEY =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKESR9BnZZK6cDMNeAs/9Ai5cCRfnq4DNBLeYNMRP5tMtt4LmIIBbyt/PbcFZB0G72TliZdHD0Cxm9Wle/RUOW4=';
const AUTHORITY = 'AAAAC3NzaC1lZDI1NTE5AAAAIPYVakYt0HRqsBwma5/qKBLgwrL4M1Z7DaLxCjvgU7IY';

function parsed(blob: Uint8Array): SshCertificate {
  const result: ParsedSshCertificate = parseSshCertificate(blob);
  assert.ok(result.ok);
  return result.certificate;
}
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('parseSshCertificate', () => {
  it('reads what ssh-keygen has made for a host', () => {
    const certificate = parsed(Buffer.from(OF_HOST, 'base64'));
    assert.equal(certificate.type, 'ecdsa-sha2-nistp256-cert-v01@openssh.com');
    assert.equal(certificate.keyType, 'ecdsa-sha2-nistp256');
    assert.equal(base64(certificate.key), HOST_KEY);
    assert.equal(base64(certificate.authorityKey), AUTHORITY);
    assert.equal(certificate.role, 'host');
    assert.equal(certificate.keyId, 'web 1');
    assert.deepEqual(certificate.principals, ['*.example.com']);
    assert.equal(certificate.signatureAlgorithm, 'ssh-ed25519');
  });
  it('reads serial, validity and critical options', () => {
    const blob = makeCertificate(makeKeyPair(), makeKeyPair(), {
      serial: 42n,
      validAfter: 10n,
      validBefore: 20n,
      criticalOptions: ['force-command', 'verify-required'],
      principals: [],
    });
    const { serial, validAfter, validBefore, criticalOptions, principals, role } = parsed(blob);
    assert.deepEqual([serial, validAfter, validBefore, role], [42n, 10n, 20n, 'user']);
    assert.deepEqual(criticalOptions, ['force-command', 'verify-required']);
    assert.deepEqual(principals, []);
  });
  it('refuses what is cut short or has something behind it', () => {
    const blob = Buffer.from(OF_HOST, 'base64');
    for (let length = 0; length < blob.length; length += 1)
      assert.equal(parseSshCertificate(blob.subarray(0, length)).ok, false);
    assert.equal(parseSshCertificate(Buffer.concat([blob, Buffer.of(0)])).ok, false);
  });
  it('refuses a plain key, and what is neither for a user nor for a host', () => {
    assert.deepEqual(parseSshCertificate(Buffer.from(HOST_KEY, 'base64')), {
      ok: false,
      reason: 'is of a kind that is not known',
    });
    assert.deepEqual(parseSshCertificate(makeCertificate(makeKeyPair(), makeKeyPair(), { role: 3 })), {
      ok: false,
      reason: 'is neither for a user nor for a host',
    });
  });
  it('refuses an authority that is a certificate itself', () => {
    const root = makeKeyPair();
    const middle = makeKeyPair();
    const certified = { ...middle, blob: makeCertificate(middle, root) };
    assert.equal(parseSshCertificate(makeCertificate(makeKeyPair(), certified)).ok, false);
  });
});

describe('certifiedAlgorithm', () => {
  it('is turned back by plainAlgorithm', () => {
    for (const [plain, certified] of [
      ['ssh-ed25519', 'ssh-ed25519-cert-v01@openssh.com'],
      ['rsa-sha2-512', 'rsa-sha2-512-cert-v01@openssh.com'],
      ['sk-ssh-ed25519@openssh.com', 'sk-ssh-ed25519-cert-v01@openssh.com'],
      ['sk-ecdsa-sha2-nistp256@openssh.com', 'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com'],
    ] as const) {
      assert.equal(certifiedAlgorithm(plain), certified);
      assert.equal(plainAlgorithm(certified), plain);
    }
  });
  it('leaves the name of a plain algorithm as it is', () => assert.equal(plainAlgorithm('ssh-ed25519'), 'ssh-ed25519'));
});

describe('isCertificateType', () => {
  it('knows the types of certificates from those of keys', () => {
    assert.equal(isCertificateType('ssh-rsa-cert-v01@openssh.com'), true);
    assert.equal(isCertificateType('sk-ssh-ed25519-cert-v01@openssh.com'), true);
    assert.equal(isCertificateType('ssh-rsa'), false);
    assert.equal(isCertificateType('rsa-sha2-512-cert-v01@openssh.com'), false);
  });
});

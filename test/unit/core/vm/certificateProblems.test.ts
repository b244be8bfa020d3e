import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostCertificateProblem, userCertificateDoubt } from '../../../../src/core/vm/certificateProblems.ts';
import { parseSshCertificate, type SshCertificate } from '../../../../src/core/vm/sshCertificate.ts';
import { type CertificateText, makeCertificate, makeKeyPair } from '../../../support/makeCertificate.ts';

const key = makeKeyPair();
const NOW_MS = Date.UTC(2026, 5, 1);
const NOW = BigInt(NOW_MS / 1000);

function certificate(text: Partial<CertificateText>): SshCertificate {
  const result = parseSshCertificate(makeCertificate(key, key, text));
  assert.ok(result.ok);
  return result.certificate;
}
const host = (text: Partial<CertificateText>, name = 'vm.example.com'): string | undefined =>
  hostCertificateProblem(certificate({ role: 2, principals: ['vm.example.com'], ...text }), name, NOW_MS);

describe('hostCertificateProblem', () => {
  it('is none for the host that it names, whatever the case', () => {
    assert.equal(host({}), undefined);
    assert.equal(host({}, 'VM.Example.com'), undefined);
    assert.equal(host({ principals: ['other', '*.example.com'] }), undefined);
  });
  it('is one for another host', () => {
    assert.equal(host({}, 'vm2.example.com'), '"made" is for "vm.example.com", not for "vm2.example.com"');
    assert.match(host({ principals: ['*.example.com'] }, 'vm.example.com.evil.net') ?? '', /not for/);
  });
  it('is one where no host is named', () => assert.equal(host({ principals: [] }), '"made" names no host'));
  it('is one for the certificate of a user', () =>
    assert.equal(host({ role: 1 }), '"made" is for a user, not for a host'));
  it('begins and ends with the second', () => {
    assert.equal(host({ validAfter: NOW, validBefore: NOW + 1n }), undefined);
    assert.equal(host({ validBefore: NOW }), '"made" expired on 2026-06-01 00:00 UTC');
    assert.equal(host({ validAfter: NOW + 60n }), '"made" is valid only from 2026-06-01 00:01 UTC on');
  });
  it('is one for a critical option', () =>
    assert.match(host({ criticalOptions: ['source-address'] }) ?? '', /critical option "source-address"/));
  it('shows names without what could disturb a line, and not all of a hundred', () => {
    const text = host({ keyId: 'a\u001b[31m\n', principals: Array.from({ length: 100 }, (_, index) => `h${index}`) });
    assert.equal(text, '"a?[31m?" is for "h0", "h1", "h2", "h3", "h4" and 95 more, not for "vm.example.com"');
  });
  it('holds the longest validity that can be written', () =>
    assert.match(host({ validAfter: 0xffff_ffff_ffff_fffen }) ?? '', /is valid only from \+275760/));
});

describe('userCertificateDoubt', () => {
  const doubt = (text: Partial<CertificateText>) => userCertificateDoubt(certificate(text), 'root', NOW_MS);

  it('is none for the login that it names', () => assert.equal(doubt({ principals: ['alice', 'root'] }), undefined));
  it('leaves a certificate for another name to the server', () => {
    assert.equal(doubt({ principals: ['alice'] })?.use, 'try');
    assert.match(doubt({ principals: ['alice'] })?.remedy ?? '', /for "root"/);
    assert.equal(doubt({ principals: [] })?.problem, '"made" names nobody');
  });
  it('tries one last that is not valid now, and says so with its serial number', () => {
    assert.equal(doubt({ validBefore: NOW, serial: 7n })?.use, 'tryLast');
    assert.equal(doubt({ validBefore: NOW, serial: 7n })?.problem, '"made", serial 7 expired on 2026-06-01 00:00 UTC');
    assert.equal(doubt({ validAfter: NOW + 1n })?.use, 'tryLast');
  });
  it('leaves out the certificate of a host', () => assert.equal(doubt({ role: 2 })?.use, 'leaveOut'));
  it('has words for one without a name', () =>
    assert.equal(doubt({ role: 2, keyId: '' })?.problem, 'without a name is for a host, not for a user'));
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { refuseRevoked } from '../../src/adapters/ssh/refuseRevoked.ts';
import { type HexDigest, parseRevokedKeys, revokedPart } from '../../src/core/vm/revokedKeys.ts';
import { KeyFolder } from '../support/KeyFolder.ts';

/* What we read from lists of revoked keys, against what ssh-keygen makes and reads. */

const keys = new KeyFolder();
after(() => keys.remove());

const digest: HexDigest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex');
const blobOf = (file: string): Buffer => Buffer.from(readFileSync(file, 'utf8').split(' ')[1] ?? '', 'base64');

describe('a list of revoked host keys', () => {
  const shown: string[] = [];
  before(() => {
    for (const name of ['one', 'two', 'ca', 'other-ca']) shown.push(`${keys.makeKey(name)}.pub`);
    shown.push(`${keys.makeKey('rsa', ['-t', 'rsa', '-b', '2048'])}.pub`);
    // Certificates of one key, told apart by their serial and their authority.
    const certificates = [
      ['ca', 0],
      ['ca', 1],
      ['ca', 7],
      ['ca', 300],
      ['ca', 2 ** 40],
      ['other-ca', 7],
    ] as const;
    for (const [authority, serial] of certificates) {
      const name = `two-${authority}-${serial}`;
      writeFileSync(keys.file(`${name}.pub`), keys.read('two.pub'));
      shown.push(keys.certify(name, authority, '-h', '-n', 'vm', '-z', String(serial)));
    }
  });

  /** Makes a KRL of a specification (ssh-keygen(1), KEY REVOCATION LISTS). */
  const krl = (specification: string, ...options: readonly string[]): string => {
    const file = keys.file('krl');
    writeFileSync(keys.file('specification'), specification);
    keys.keygen('-k', '-f', file, ...options, keys.file('specification'));
    return file;
  };
  /** Whether ssh-keygen finds each key listed, with an entry for every key that was made. */
  const bySsh = (file: string): readonly boolean[] =>
    shown.map((key) => {
      const { status, stdout } = spawnSync('ssh-keygen', ['-Q', '-f', file, key], { encoding: 'utf8' });
      assert.ok(status === 0 || /REVOKED/.test(stdout), `${key}: ${stdout}`);
      return status !== 0;
    });
  const byUs = (file: string): readonly boolean[] => {
    const parsed = parseRevokedKeys(readFileSync(file));
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
    return shown.map((key) => revokedPart(parsed.revoked, blobOf(key), digest) !== undefined);
  };
  const authority = (): readonly string[] => ['-s', keys.file('ca.pub')];
  const odd = Array.from({ length: 200 }, (_unused, index) => `serial: ${1 + index * 2}\n`).join('');
  const lists: readonly (readonly [name: string, make: () => string])[] = [
    ['nothing', () => krl('')],
    ['keys', () => krl(`key: ${keys.read('one.pub')}key: ${keys.read('rsa.pub')}`)],
    ['a key that a certificate is for', () => krl(keys.read('two.pub'))],
    ['an authority', () => krl(keys.read('ca.pub'))],
    ['SHA-1 hashes', () => krl(`sha1: ${keys.read('one.pub')}`)],
    ['SHA-256 hashes', () => krl(`sha256: ${keys.read('rsa.pub')}sha256: ${keys.read('ca.pub')}`)],
    ['a serial', () => krl('serial: 7\n', ...authority())],
    ['ranges of serials', () => krl('serial: 2-8\nserial: 1000000000000-2000000000000\n', ...authority())],
    ['many serials, as bits', () => krl(odd, ...authority())],
    ['serials of any authority', () => krl('serial: 7\nserial: 300\n', '-s', 'none')],
    ['names of certificates', () => krl('id: two-ca-0 of the suite\nid: nobody\n', ...authority())],
    [
      'several kinds, with a comment',
      () => krl(`serial: 1\n${keys.read('one.pub')}`, ...authority(), '-C', 'why', '-z', '9'),
    ],
    ['certificates', () => krl(readFileSync(shown.at(-1) ?? '', 'utf8'))],
  ];
  for (const [name, make] of lists) {
    it(`with ${name} is read as ssh reads it`, () => {
      const file = make();
      assert.deepEqual(byUs(file), bySsh(file));
      assert.equal(byUs(file).includes(true), name !== 'nothing');
    });
  }
  it('that was written into a second time counts whole', () => {
    krl('serial: 7\n', ...authority());
    const file = krl(keys.read('one.pub'), '-u');
    assert.deepEqual(byUs(file), bySsh(file));
    assert.equal(byUs(file).filter(Boolean).length, 2);
  });
  it('that is cut off anywhere is not taken for a shorter one', () => {
    const whole = readFileSync(krl(`serial: 1-5\n${keys.read('one.pub')}`, ...authority()));
    let wholeSections = 0;
    for (let length = 8; length < whole.length; length += 1) {
      writeFileSync(keys.file('cut'), whole.subarray(0, length));
      const { ok } = parseRevokedKeys(whole.subarray(0, length));
      if (ok) wholeSections += 1;
      const arguments_ = ['-Q', '-f', keys.file('cut'), shown[1] ?? ''];
      if (ok || length % 16 === 0)
        assert.equal(spawnSync('ssh-keygen', arguments_).status === 0, ok, `${length} of ${whole.length} bytes`);
    }
    assert.ok(wholeSections <= 2, `${wholeSections}`);
  });
  it('of plain text is one key a line, and not to be trusted where a line is none', async () => {
    const file = keys.file('list');
    writeFileSync(file, `# lost\n\n  ${keys.read('one.pub')}${keys.read('two.pub')}`);
    // Keys one and two, and the six certificates of the second.
    assert.equal(byUs(file).filter(Boolean).length, 8);
    writeFileSync(file, `${keys.read('one.pub')}nonsense\n`);
    await assert.rejects(refuseRevoked([file], 'vm'), /list \(RevokedHostKeys .*\) holds no public key in line 2/);
    await assert.rejects(refuseRevoked([keys.file('none')], 'vm'), /could not be read/);
  });
});

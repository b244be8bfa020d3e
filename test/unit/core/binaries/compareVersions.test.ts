import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checksumOf } from '../../../../src/core/binaries/checksumOf.ts';
import { compareVersions } from '../../../../src/core/binaries/compareVersions.ts';
import { versionIn } from '../../../../src/core/binaries/fillTemplate.ts';

describe('versions', () => {
  for (const [older, newer] of [
    ['0.9.0', '0.10.0'],
    ['v0.9.0', '0.9.1'],
    ['0.23', '0.24'],
    ['0.23', '0.23.1'],
    ['20240930', '20250625'],
    ['2026.5.12', '2026.9.6'],
    ['1.0.0-alpha', '1.0.0-alpha.1'],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta'],
    ['1.0.0-beta.2', '1.0.0-beta.11'],
    ['1.0.0-rc.1', '1.0.0'],
    ['1.0.0-rc.1+build.9', '1.0.0+build.1'],
    ['9007199254740993.0', '9007199254740994.0'],
  ] as const) {
    it(`${older} is older than ${newer}`, () => {
      assert.ok(compareVersions(older, newer) < 0);
      assert.ok(compareVersions(newer, older) > 0);
    });
  }
  for (const [one, other] of [
    ['v1.2.3', '1.2.3'],
    ['1.2', '1.2.0'],
    ['1.0.0+a', '1.0.0+b'],
  ] as const) {
    it(`${one} is ${other}`, () => assert.equal(compareVersions(one, other), 0));
  }
});

describe('the version in a tag', () => {
  for (const [template, tag, version] of [
    ['v{version}', 'v0.37.0', '0.37.0'],
    ['{version}', '0.24', '0.24'],
    ['cli-v{version}-stable', 'cli-v1.2.3-rc.1-stable', '1.2.3-rc.1'],
    ['v{version}', '0.37.0', undefined],
    ['v{version}', 'v1;rm', undefined],
    ['v{version}', 'vnext', undefined],
    ['fixed', 'fixed', undefined],
  ] as const) {
    it(`${tag} by ${template} is ${version}`, () => assert.equal(versionIn(template, tag), version));
  }
});

describe('a checksum file', () => {
  const [a, b] = ['a'.repeat(64), 'B'.repeat(64)];
  for (const [what, text, expected] of [
    ['names files', `${b}  other.tar.gz\n${a}  x.tar.gz\n`, a],
    ['marks binary files', `${a} *x.tar.gz\r\n`, a],
    ['writes upper case', `${b}  x.tar.gz`, b.toLowerCase()],
    ['has paths', `${a}  ./dist/x.tar.gz\n`, a],
    ['is one digest', `${a}\n`, a],
    ['has only others', `${a}  x.tar.gz.sbom\n`, undefined],
    ['has two digests without names', `${a}\n${a}\n`, undefined],
    ['is something else', '<html>Not found</html>', undefined],
  ] as const) {
    it(what, () => assert.equal(checksumOf(text, 'x.tar.gz'), expected));
  }
});

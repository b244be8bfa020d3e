import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unixTime } from '../../../src/application/unixTime.ts';

const cases: readonly (readonly [string, string])[] = [
  ['2026-11-22T08:19:39.080123456Z', '1795335579.080123456'],
  ['2026-11-22T08:19:39.5Z', '1795335579.500000000'],
  ['2026-11-22T08:19:39Z', '1795335579.000000000'],
  ['2026-11-22T09:19:39.1+01:00', '1795335579.100000000'],
  ['0001-01-01T00:00:00Z', '0'],
  ['', '0'],
  ['soon', '0'],
];

for (const [iso, expected] of cases) {
  test(`${iso || 'no time'} is ${expected}`, () => assert.equal(unixTime(iso), expected));
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matchesGlob } from '../../../../src/core/vm/matchesGlob.ts';

describe('matchesGlob', () => {
  const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['vm', 'vm', true],
    ['vm', 'vm2', false],
    ['v?', 'vm', true],
    ['v?', 'v', false],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['10.77.*', '10.77.2.11', true],
    ['10.77.*', '10x77.2.11', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['**', 'anything', true],
    ['[vm]:*', '[vm]:2222', true],
  ];
  for (const [pattern, text, matches] of cases) {
    it(`"${pattern}" ${matches ? 'is' : 'is not'} "${text}"`, () => assert.equal(matchesGlob(pattern, text), matches));
  }
  it('does not take for ever with many stars', () =>
    assert.equal(matchesGlob('*a'.repeat(2000), `${'a'.repeat(4000)}b`), false));
});

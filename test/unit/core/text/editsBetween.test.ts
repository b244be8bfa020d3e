import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';
import { editsBetween } from '../../../../src/core/text/editsBetween.ts';

describe('editsBetween', () => {
  it('touches only the lines that differ', () => {
    assert.deepEqual(editsBetween('a\nb\nc\n', 'a\nB\nc\nd\n'), [
      { range: { start: 2, end: 4 }, newText: 'B\n' },
      { range: { start: 6, end: 6 }, newText: 'd\n' },
    ]);
  });

  it('says nothing about equal texts', () => assert.deepEqual(editsBetween('a\r\nb', 'a\r\nb'), []));

  for (const [before, after] of [
    ['', 'a\n'],
    ['a\n', ''],
    ['a', 'a\n'],
    ['a\r\nb\r\n', 'a\r\nx\r\nb'],
    ['one\ntwo\nthree\n', 'three\none\n'],
  ] as const) {
    it(`leads from ${JSON.stringify(before)} to ${JSON.stringify(after)}`, () =>
      assert.equal(applyEdits(before, editsBetween(before, after)), after));
  }
});

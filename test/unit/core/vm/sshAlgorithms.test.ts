import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chosenAlgorithms, saysOrder } from '../../../../src/core/vm/sshAlgorithms.ts';

describe('chosenAlgorithms', () => {
  const usual = ['aes-b', 'aes-a', 'chacha'];
  const possible = [...usual, 'aes-old', 'des'];
  for (const [specification, expected] of [
    [undefined, usual],
    ['des,aes-a', ['des', 'aes-a']],
    ['aes-*', ['aes-b', 'aes-a', 'aes-old']],
    ['+des,none', [...usual, 'des']],
    ['+aes-?,des', [...usual, 'des']],
    ['-aes-*', ['chacha']],
    ['-*', []],
    ['^chacha,des', ['chacha', 'des', 'aes-b', 'aes-a']],
    ['none', []],
  ] as const) {
    it(`reads ${specification ?? 'nothing'}`, () =>
      assert.deepEqual(chosenAlgorithms(specification, usual, possible), expected));
  }
  it('leaves the order to what is known where it only adds or takes away', () =>
    assert.deepEqual([undefined, '+a', '-a', '^a', 'a'].map(saysOrder), [false, false, false, true, true]));
});

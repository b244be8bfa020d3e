import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineSplitter } from '../../../../src/adapters/streams/LineSplitter.ts';

const TEXT = 'one\r\nzwölf €\n\n\u001b[31mred\u001b[0m\nend';
const LINES = ['one', 'zwölf €', '', '\u001b[31mred\u001b[0m', 'end'];

describe('LineSplitter', () => {
  it('splits the same wherever the bytes are cut', () => {
    const bytes = Buffer.from(TEXT);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const splitter = new LineSplitter();
      const lines = [
        ...splitter.push(bytes.subarray(0, cut)),
        ...splitter.push(bytes.subarray(cut)),
        ...splitter.end(),
      ];
      assert.deepEqual(lines, LINES, `cut at ${cut}`);
    }
  });
  it('has no last line where the text ends with a line end', () => {
    const splitter = new LineSplitter();
    assert.deepEqual([...splitter.push(Buffer.from('a\n')), ...splitter.end()], ['a']);
  });
  it('does not hold an endless line for ever', () =>
    assert.equal(new LineSplitter().push(Buffer.alloc(1_000_001, 'x')).length, 1));
});

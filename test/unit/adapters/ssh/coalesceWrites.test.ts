import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { coalesceWrites, type Line } from '../../../../src/adapters/ssh/coalesceWrites.ts';

/** What reaches the system: the pieces of each write. */
function recorder(): { readonly stream: Duplex; readonly line: Line; readonly sent: string[][] } {
  const sent: string[][] = [];
  const stream = new Duplex({
    read: () => {},
    write: (chunk, _encoding, callback) => {
      sent.push([String(chunk)]);
      callback();
    },
    writev: (chunks, callback) => {
      sent.push(chunks.map(({ chunk }) => String(chunk)));
      callback();
    },
  });
  return { stream, line: coalesceWrites(stream), sent };
}

describe('coalesceWrites', () => {
  it('sends the pieces of one turn at once, in their order', async () => {
    const { stream, sent } = recorder();
    for (const piece of ['length', 'content', 'tag']) stream.write(piece);
    assert.deepEqual(sent, []);
    await turn();
    assert.deepEqual(sent, [['length', 'content', 'tag']]);
  });
  it('sends what comes in a later turn by itself', async () => {
    const { stream, sent } = recorder();
    stream.write('one');
    await turn();
    stream.write('two');
    await turn();
    assert.deepEqual(sent, [['one'], ['two']]);
  });
  it('tells once of each turn in which something was sent', async () => {
    const { stream, line } = recorder();
    let turns = 0;
    line.onSent = () => {
      turns += 1;
    };
    for (const piece of ['length', 'content', 'tag']) stream.write(piece);
    await turn();
    stream.write('next');
    await turn();
    assert.equal(turns, 2);
  });
  it('loses nothing where the stream ends in the same turn', async () => {
    const { stream, sent } = recorder();
    stream.write('disconnect');
    stream.end('last');
    await turn();
    assert.deepEqual(sent.flat(), ['disconnect', 'last']);
    assert.equal(stream.writableFinished, true);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LogDemuxer } from '../../../../src/adapters/docker/LogDemuxer.ts';

function frame(stream: 1 | 2, text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

describe('LogDemuxer', () => {
  const log = Buffer.concat([
    frame(1, 'first\n'),
    frame(1, 'second ü\n'),
    frame(2, 'oops\n'),
    frame(1, 'half '),
    frame(2, ''),
    frame(1, 'line\r\n'),
    frame(2, 'last'),
  ]);
  it('tells the streams apart, in order, neighbours together', () => {
    const demuxer = new LogDemuxer(false);
    assert.deepEqual(
      [...demuxer.push(log), ...demuxer.end()],
      [
        { stream: 'stdout', lines: ['first', 'second ü'] },
        { stream: 'stderr', lines: ['oops'] },
        { stream: 'stdout', lines: ['half line'] },
        { stream: 'stderr', lines: ['last'] },
      ],
    );
  });
  it('reads the same lines wherever the bytes are cut', () => {
    for (let cut = 0; cut <= log.length; cut += 1) {
      const demuxer = new LogDemuxer(false);
      const chunks = [...demuxer.push(log.subarray(0, cut)), ...demuxer.push(log.subarray(cut)), ...demuxer.end()];
      const of = (stream: string) => chunks.filter((chunk) => chunk.stream === stream).flatMap((chunk) => chunk.lines);
      assert.deepEqual(of('stdout'), ['first', 'second ü', 'half line'], `cut at ${cut}`);
      assert.deepEqual(of('stderr'), ['oops', 'last'], `cut at ${cut}`);
    }
  });
  it('reads the one stream of a terminal', () => {
    const demuxer = new LogDemuxer(true);
    assert.deepEqual(demuxer.push(Buffer.from('\u0001\u0000\u0000x\r\ny')), [
      { stream: 'stdout', lines: ['\u0001\u0000\u0000x'] },
    ]);
    assert.deepEqual(demuxer.end(), [{ stream: 'stdout', lines: ['y'] }]);
  });
  it('throws where the bytes are no log', () =>
    assert.throws(() => new LogDemuxer(false).push(Buffer.from('<html>not a log</html>')), /format/));
});

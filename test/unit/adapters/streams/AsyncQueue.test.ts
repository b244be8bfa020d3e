import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AsyncQueue } from '../../../../src/adapters/streams/AsyncQueue.ts';

function recordingQueue(capacity: number): { queue: AsyncQueue<number>; calls: string[] } {
  const calls: string[] = [];
  const queue = new AsyncQueue<number>(
    { pause: () => calls.push('pause'), resume: () => calls.push('resume'), onLeave: () => calls.push('leave') },
    capacity,
  );
  return { queue, calls };
}

describe('AsyncQueue', () => {
  it('gives everything in order, what waits and what comes', async () => {
    const { queue } = recordingQueue(100);
    for (let value = 0; value < 250; value += 1) queue.push(value);
    setImmediate(() => {
      queue.push(250);
      queue.end();
    });
    const seen: number[] = [];
    for await (const value of queue) seen.push(value);
    assert.deepEqual(
      seen,
      Array.from({ length: 251 }, (_, index) => index),
    );
  });
  it('pauses the source when full and resumes it at half', async () => {
    const { queue, calls } = recordingQueue(4);
    for (let value = 0; value < 4; value += 1) queue.push(value);
    assert.deepEqual(calls, ['pause']);
    const reader = queue[Symbol.asyncIterator]();
    await reader.next();
    assert.deepEqual(calls, ['pause']);
    await reader.next();
    assert.deepEqual(calls, ['pause', 'resume']);
  });
  it('throws the error after what waits', async () => {
    const { queue } = recordingQueue(4);
    queue.push(1);
    queue.end(new Error('cut'));
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const value of queue) seen.push(value);
    }, /cut/);
    assert.deepEqual(seen, [1]);
  });
  it('tells the source that the reader left, and drops the rest', async () => {
    const { queue, calls } = recordingQueue(2);
    queue.push(1);
    queue.push(2);
    for await (const _ of queue) break;
    assert.deepEqual(calls.slice(-1), ['leave']);
    assert.ok(calls.includes('resume'));
    queue.push(3);
  });
});

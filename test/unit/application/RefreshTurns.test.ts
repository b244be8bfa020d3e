import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RefreshTurns } from '../../../src/application/vms/RefreshTurns.ts';

describe('RefreshTurns', () => {
  it('gives the turns of somebody who clicks quickly at once', () => {
    const turns = new RefreshTurns(() => 0);
    assert.deepEqual(new Set(Array.from({ length: 40 }, () => turns.take())), new Set([0]));
  });

  it('lets a storm wait, each one longer than the one before', () => {
    const turns = new RefreshTurns(() => 0);
    const waits = Array.from({ length: 44 }, () => turns.take());
    assert.deepEqual(waits.slice(40), [10, 20, 30, 40]);
  });

  it('has turns again after a while, but never more than at first', () => {
    let nowMs = 0;
    const turns = new RefreshTurns(() => nowMs);
    for (let taken = 0; taken < 50; taken++) turns.take();
    nowMs = 150;
    assert.deepEqual(
      [turns.take(), turns.take(), turns.take(), turns.take(), turns.take(), turns.take()],
      [0, 0, 0, 0, 0, 10],
    );
    nowMs = 1_000_000;
    const waits = Array.from({ length: 41 }, () => turns.take());
    assert.equal(waits[39], 0);
    assert.equal(waits[40], 10);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { SessionGate } from '../../../../src/adapters/ssh/SessionGate.ts';

describe('SessionGate', () => {
  it('lets in as many as allowed, the others in order', async () => {
    const gate = new SessionGate(2);
    const order: number[] = [];
    const leaves: (() => void)[] = [];
    const enter = async (id: number): Promise<void> => {
      leaves[id] = await gate.enter();
      order.push(id);
    };
    for (let id = 0; id < 4; id += 1) void enter(id);
    await turn();
    assert.deepEqual(order, [0, 1]);
    leaves[0]?.();
    leaves[0]?.();
    await turn();
    assert.deepEqual(order, [0, 1, 2]);
    leaves[1]?.();
    await turn();
    assert.deepEqual(order, [0, 1, 2, 3]);
    leaves[2]?.();
    leaves[3]?.();
    assert.equal(gate.open, 0);
  });
  it('forgets who no longer wants in', async () => {
    const gate = new SessionGate(1);
    const leave = await gate.enter();
    const abort = new AbortController();
    const waiting = gate.enter(abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    leave();
    assert.equal(gate.open, 0);
  });
  it('holds to a lower limit once places are given back', async () => {
    const gate = new SessionGate(3);
    const leaves = await Promise.all([gate.enter(), gate.enter(), gate.enter()]);
    gate.lower(1);
    let entered = false;
    void gate.enter().then(() => {
      entered = true;
    });
    leaves[0]?.();
    leaves[1]?.();
    await turn();
    assert.equal(entered, false);
    leaves[2]?.();
    await turn();
    assert.equal(entered, true);
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Liveness } from '../../../../src/adapters/ssh/Liveness.ts';

describe('Liveness', () => {
  let nowMs: number;
  let asked: number[];
  let lostAt: number | undefined;
  let liveness: Liveness;

  beforeEach(() => {
    nowMs = 0;
    asked = [];
    lostAt = undefined;
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => nowMs);
    liveness = new Liveness({
      answerWithinMs: 5000,
      idleMs: 60_000,
      maxUnanswered: 2,
      ask: () => {
        asked.push(nowMs);
        liveness.sent();
      },
      onLost: () => {
        lostAt = nowMs;
      },
    });
  });
  afterEach(() => {
    liveness.stop();
    mock.timers.reset();
    mock.restoreAll();
  });

  function passUntil(untilMs: number): void {
    for (; nowMs < untilMs; ) {
      nowMs += 100;
      mock.timers.tick(100);
    }
  }

  it('asks soon where something is awaited, and gives up after the last question', () => {
    passUntil(1000);
    liveness.sent();
    passUntil(30_000);
    assert.deepEqual(asked, [6000, 11_000]);
    assert.equal(lostAt, 16_000);
  });
  it('leaves a quiet line alone for long', () => {
    liveness.sent();
    liveness.received();
    passUntil(60_000);
    assert.deepEqual(asked, []);
    passUntil(69_000);
    assert.deepEqual(asked, [65_000]);
  });
  it('gives up on a quiet line too', () => {
    passUntil(120_000);
    assert.deepEqual(asked, [60_000, 65_000]);
    assert.equal(lostAt, 70_000);
  });
  it('takes whatever comes for an answer', () => {
    for (let i = 0; i < 100; i += 1) {
      liveness.sent();
      passUntil(nowMs + 4900);
      liveness.received();
    }
    assert.deepEqual(asked, []);
    assert.equal(lostAt, undefined);
  });
  it('counts the silence from what was sent last into it, not from an older timer', () => {
    liveness.sent();
    liveness.received();
    passUntil(4000);
    liveness.sent();
    passUntil(8900);
    assert.deepEqual(asked, []);
    passUntil(9000);
    assert.deepEqual(asked, [9000]);
  });
  it('begins anew after an answer', () => {
    liveness.sent();
    passUntil(10_000);
    liveness.received();
    liveness.sent();
    passUntil(20_000);
    assert.deepEqual(asked, [5000, 10_000, 15_000, 20_000]);
    assert.equal(lostAt, undefined);
    passUntil(25_000);
    assert.equal(lostAt, 25_000);
  });
  it('is quiet once it is stopped', () => {
    liveness.sent();
    liveness.stop();
    liveness.sent();
    passUntil(200_000);
    assert.deepEqual({ asked, lostAt }, { asked: [], lostAt: undefined });
  });
});

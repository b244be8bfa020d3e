import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readyLine } from '../../../../src/core/gateway/readyLine.ts';
import { outputLines } from '../../../support/outputs.ts';

const cases: readonly (readonly [string, ReturnType<typeof readyLine>])[] = [
  ['[gateway] listening on ws://0.0.0.0:18789', 'ready'],
  ['03:30:04 [gateway] listening on ws://0.0.0.0:18789 (PID 7)', 'ready'],
  ['03:30:04 [gateway] listening on ws://[::1]:18789 (PID 7)', 'ready'],
  ['2026-02-27T04:42:38.925Z [gateway] listening on wss://127.0.0.1:18789 (PID 7)', 'ready'],
  [
    '2026-04-28T04:42:38.925Z [gateway] ready (5 plugins: browser, canvas, memory-core, openai, talk-voice; 24.0s)',
    'ready',
  ],
  ['2026-11-22T08:19:51.974+00:00 [gateway] ready', 'ready'],
  ['2026-05-20T08:19:49.236+00:00 [gateway] http server listening (0 plugins, 0.8s)', 'httpOnly'],
  ['2026-11-22T08:19:50.601+00:00 [gateway] starting channels and sidecars...', 'starting'],
  ['2026-11-22T08:19:39.080+00:00 [gateway] loading configuration…', 'starting'],
  ['2026-11-22T08:19:40.178+00:00 [gateway] spawn broker ready pid=28', undefined],
  ['2026-11-22T08:19:40.178+00:00 [browser] ready', undefined],
  ['2026-11-22T08:19:40.178+00:00 another gateway instance is already listening on ws://127.0.0.1:18789', undefined],
  ['{"time":"2026-11-22T08:19:51.974+00:00","level":"info","subsystem":"gateway","message":"ready"}', 'ready'],
  ['openclaw-gateway-1  | 2026-11-22T08:19:51.974+00:00 [gateway] ready', 'ready'],
  [
    '\u001b[2Kopenclaw-gateway-1  | \u001b[90m2026-11-22T08:19:51.974+00:00\u001b[39m \u001b[36m[gateway]\u001b[39m \u001b[36mready\u001b[39m',
    'ready',
  ],
  ['', undefined],
];

for (const [line, expected] of cases) {
  test(`${JSON.stringify(line)} means ${expected ?? 'nothing'}`, () => assert.equal(readyLine(line), expected));
}

test('a real cold start says starting, then HTTP only, then ready, once', () => {
  const kinds = outputLines('gateway-start-to-ready.compose-logs.txt').flatMap((line) => readyLine(line) ?? []);
  assert.deepEqual([...new Set(kinds)], ['starting', 'httpOnly', 'ready']);
  assert.equal(kinds.filter((kind) => kind === 'ready').length, 1);
});

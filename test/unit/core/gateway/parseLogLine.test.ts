import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLogLine } from '../../../../src/core/gateway/formatLogLine.ts';
import type { LogLine } from '../../../../src/core/gateway/LogLine.ts';
import { parseLogLine } from '../../../../src/core/gateway/parseLogLine.ts';
import { outputLines } from '../../../support/outputs.ts';

function check(raw: string, expected: LogLine): void {
  test(`reads ${JSON.stringify(raw).slice(0, 90)}`, () => assert.deepEqual(parseLogLine(raw), expected));
}

check('03:30:04 [gateway] listening on ws://0.0.0.0:18789 (PID 7)', {
  time: '03:30:04',
  subsystem: 'gateway',
  message: 'listening on ws://0.0.0.0:18789 (PID 7)',
});
check('2026-02-27T04:42:38.925Z [whatsapp/outbound] message', {
  time: '2026-02-27T04:42:38.925Z',
  subsystem: 'whatsapp/outbound',
  message: 'message',
});
check('2026-11-22T08:00:40.235+00:00 [gateway] message [not a subsystem] rest', {
  time: '2026-11-22T08:00:40.235+00:00',
  subsystem: 'gateway',
  message: 'message [not a subsystem] rest',
});
check('2026-11-22T08:47:16.379+00:00 Refusing to bind gateway to lan without auth.', {
  time: '2026-11-22T08:47:16.379+00:00',
  message: 'Refusing to bind gateway to lan without auth.',
});
check('{"pid":7,"time":"2026-11-22T08:00:40.235+00:00","level":"warn","subsystem":"gateway","message":"two\\nlines"}', {
  time: '2026-11-22T08:00:40.235+00:00',
  subsystem: 'gateway',
  level: 'warn',
  message: 'two\nlines',
});
check(
  '{"0":"{\\"subsystem\\":\\"gateway\\"}","1":"text","_meta":{"logLevelName":"INFO","date":"2026-11-22T08:00:40.235Z"},"time":"2026-11-22T08:00:40.235+00:00","hostname":"vm","message":"text"}',
  { time: '2026-11-22T08:00:40.235+00:00', subsystem: 'gateway', level: 'info', message: 'text' },
);
check('{"0":"plain","1":{"a":1},"_meta":{"logLevelName":"ERROR","date":"2026-11-22T08:00:40.235Z"}}', {
  time: '2026-11-22T08:00:40.235Z',
  level: 'error',
  message: 'plain {"a":1}',
});
check('    at Server.listen (node:net:2102:16)', { message: '    at Server.listen (node:net:2102:16)' });
check('{"ok":true}', { message: '{"ok":true}' });
check('{broken', { message: '{broken' });
check('', { message: '' });

const coloured = (colour: number): string =>
  `\u001b[90m2026-11-22T08:00:40.235+00:00\u001b[39m \u001b[35m[gateway]\u001b[39m \u001b[${colour}mmessage\u001b[39m`;

for (const [colour, level] of [
  [36, 'info'],
  [33, 'warn'],
  [31, 'error'],
  [90, 'debug'],
] as const) {
  test(`colour ${colour} of the message means ${level}`, () => {
    assert.deepEqual(parseLogLine(coloured(colour)), {
      time: '2026-11-22T08:00:40.235+00:00',
      subsystem: 'gateway',
      level,
      message: 'message',
    });
  });
}

test('the colour of the time and of the subsystem is no level', () => {
  const line = '\u001b[90m08:00:40\u001b[39m \u001b[31m[gateway]\u001b[39m message';
  assert.deepEqual(parseLogLine(line), { time: '08:00:40', subsystem: 'gateway', message: 'message' });
});

test('a 256-colour sequence is not taken for a basic colour', () => {
  assert.equal(parseLogLine('\u001b[38;5;31mmessage\u001b[0m').level, undefined);
});

test('every line of a real start has a time and a subsystem', () => {
  for (const line of outputLines('gateway-start-to-ready.compose-logs.txt')) {
    const { time, subsystem, message } = parseLogLine(line);
    assert.match(time ?? '', /^2026-11-22T08:19:\d\d\.\d{3}\+00:00$/);
    assert.notEqual(subsystem, undefined);
    assert.ok(!message.includes('openclaw-gateway-1') && !message.includes('\u001b'), message);
  }
});

test('a line for the output channel has each part that is known, in one order', () => {
  assert.equal(
    formatLogLine({ time: '08:00:40', level: 'warn', subsystem: 'gateway', message: 'text' }),
    '08:00:40 warn  [gateway] text',
  );
  assert.equal(formatLogLine({ message: '    at x' }), '    at x');
});

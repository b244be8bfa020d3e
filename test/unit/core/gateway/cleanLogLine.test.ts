import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanLogLine } from '../../../../src/core/gateway/cleanLogLine.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ['the prefix of compose v2', 'openclaw-gateway-1  | text', 'text'],
  ['the prefix of compose v1', 'openclaw-gateway_1   | text', 'text'],
  ['a coloured prefix', '\u001b[36mopenclaw-gateway-1  | \u001b[0mtext', 'text'],
  ['a container name of one’s own', 'gateway  | text', 'text'],
  ['erase sequences', '\u001b[2Kopenclaw-gateway-1  | text', 'text'],
  ['an indented continuation line', 'openclaw-gateway-1  |     at x', '    at x'],
  ['an empty line', 'openclaw-gateway-1  | ', ''],
  ['links and titles', '\u001b]8;;https://x\u0007link\u001b]8;;\u0007 \u001b]0;title\u001b\\end', 'link end'],
];

for (const [what, raw, expected] of cases) {
  test(`removes ${what}`, () => assert.equal(cleanLogLine(raw), expected));
}

test('leaves a pipe in the text alone', () => {
  assert.equal(cleanLogLine('model | tokens | cost'), 'model | tokens | cost');
  assert.equal(cleanLogLine('08:00:40 [gateway] a | b'), '08:00:40 [gateway] a | b');
});

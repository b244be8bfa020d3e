import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fillEnvTemplate, isPlaceholder, placeholderVariables } from '../../../../src/core/deploy/envFile.ts';

const randomHex = (byteCount: number): string => 'ab'.repeat(byteCount);
const fresh = randomHex(32);

test('the token and the keyring password get fresh values, everything else stays', () => {
  const template =
    '# Copy\nOPENCLAW_GATEWAY_TOKEN=change-me\nPORT=18789\n\nGOG_KEYRING_PASSWORD=\nGOOGLE_PLACES_API_KEY=\n';
  assert.deepEqual(fillEnvTemplate(template, randomHex), {
    text: `# Copy\nOPENCLAW_GATEWAY_TOKEN=${fresh}\nPORT=18789\n\nGOG_KEYRING_PASSWORD=${fresh}\nGOOGLE_PLACES_API_KEY=\n`,
    generated: ['OPENCLAW_GATEWAY_TOKEN', 'GOG_KEYRING_PASSWORD'],
  });
});

test('a template without a token gets one at its end', () => {
  assert.deepEqual(fillEnvTemplate('A=1\n', randomHex), {
    text: `A=1\nOPENCLAW_GATEWAY_TOKEN=${fresh}\n`,
    generated: ['OPENCLAW_GATEWAY_TOKEN'],
  });
});

test('the token of an older name is enough', () => {
  const { text, generated } = fillEnvTemplate('CLAWDBOT_GATEWAY_TOKEN=\n', randomHex);
  assert.equal(text, `CLAWDBOT_GATEWAY_TOKEN=${fresh}\n`);
  assert.deepEqual(generated, ['CLAWDBOT_GATEWAY_TOKEN']);
});

test('a value that somebody chose stays', () => {
  const template = 'OPENCLAW_GATEWAY_TOKEN=8f2b5c0d9e1a\n';
  assert.deepEqual(fillEnvTemplate(template, randomHex), { text: template, generated: [] });
});

test('Windows line ends stay', () => {
  assert.equal(
    fillEnvTemplate('A=1\r\nOPENCLAW_GATEWAY_TOKEN=\r\n', randomHex).text,
    `A=1\r\nOPENCLAW_GATEWAY_TOKEN=${fresh}\r\n`,
  );
});

test('the template of the example project is understood', () => {
  const template = readFileSync(
    new URL('../../../fixtures/example/openclaw-gateway/.env.example', import.meta.url),
    'utf8',
  );
  assert.deepEqual(fillEnvTemplate(template, randomHex).generated, ['OPENCLAW_GATEWAY_TOKEN', 'GOG_KEYRING_PASSWORD']);
});

test('placeholders in an existing file are named, chosen values are not', () => {
  const text = 'OPENCLAW_GATEWAY_TOKEN="change-me-to-a-long-token" # here\nGOG_KEYRING_PASSWORD=correct-horse\nA=\n';
  assert.deepEqual(placeholderVariables(text), ['OPENCLAW_GATEWAY_TOKEN']);
});

for (const value of [
  '',
  'change-me',
  'changeme',
  '<token>',
  'your-token-here',
  'undefined',
  'null',
  'xxxx',
  `$\{TOKEN}`,
]) {
  test(`"${value}" is a placeholder`, () => assert.ok(isPlaceholder(value)));
}
for (const value of ['8f2b5c0d9e1a4b7c', 'correct-horse-battery', 'xK9']) {
  test(`"${value}" is a chosen value`, () => assert.ok(!isPlaceholder(value)));
}

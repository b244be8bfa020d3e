import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecretName, maskSecrets } from '../../../../src/core/gateway/maskSecrets.ts';

const cases: readonly (readonly [string, string])[] = [
  ['OPENCLAW_GATEWAY_TOKEN=abc123def', 'OPENCLAW_GATEWAY_TOKEN=***'],
  ['ENV GOG_KEYRING_PASSWORD="a b c"', 'ENV GOG_KEYRING_PASSWORD=***'],
  ['{"token":"abc123def","port":1}', '{"token":"***","port":1}'],
  ['gateway --token abc123def --port 1', 'gateway --token *** --port 1'],
  ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer ***'],
  ['https://user:pass@example.org/x.git', 'https://***@example.org/x.git'],
  ['key sk-abcdefghijklmnopqrstuv used', 'key *** used'],
  ['bot 1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA started', 'bot *** started'],
];

for (const [text, expected] of cases) {
  test(`masks ${text.slice(0, 40)}`, () => assert.equal(maskSecrets(text), expected));
}

for (const text of [
  'unauthorized: gateway token mismatch',
  'Set OPENCLAW_GATEWAY_TOKEN or OPENCLAW_GATEWAY_PASSWORD, or pass --token/--password to start with auth.',
  'writing image sha256:84e16d7fa3d589c9968f0794b3992bae693b497d73e34f1ffa11fdb5acabd5b3 done',
  'FROM docker.io/library/node:24-bookworm@sha256:84e16d7fa3d589c9968f0794b3992bae693b497d73e34f1ffa11fdb5acabd5b3',
]) {
  test(`leaves ${text.slice(0, 40)}`, () => assert.equal(maskSecrets(text), text));
}

test('masks the values that are known to be secret', () => {
  assert.equal(maskSecrets('said correct-horse here', ['correct-horse', 'a']), 'said *** here');
});

test('names of secrets are known by their words', () => {
  for (const name of ['OPENCLAW_GATEWAY_TOKEN', 'GOG_KEYRING_PASSWORD', 'GOOGLE_PLACES_API_KEY', 'OPENAI_API_KEY']) {
    assert.ok(isSecretName(name), name);
  }
  for (const name of ['PATH', 'OPENCLAW_GATEWAY_PORT', 'GOG_KEYRING_BACKEND', 'NODE_VERSION']) {
    assert.ok(!isSecretName(name), name);
  }
});

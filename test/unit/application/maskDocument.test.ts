import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maskDocument } from '../../../src/application/maskDocument.ts';

describe('maskDocument', () => {
  const document = {
    Id: 'abc',
    Config: {
      Env: ['PATH=/usr/bin', 'OPENCLAW_GATEWAY_TOKEN=s3cret-token', 'GOG_KEYRING_PASSWORD=pw', 'EMPTY='],
      Cmd: ['node', 'openclaw.mjs', '--token', 's3cret-token'],
      Labels: { api_key: 'k-1', note: 'plain' },
    },
    Size: 5,
    Nothing: null,
  };
  const masked = maskDocument(document);

  it('hides the values of variables that hold secrets, and keeps the others', () =>
    assert.deepEqual((masked as typeof document).Config.Env, [
      'PATH=/usr/bin',
      'OPENCLAW_GATEWAY_TOKEN=***',
      'GOG_KEYRING_PASSWORD=***',
      'EMPTY=',
    ]));
  it('hides the same value wherever else it stands', () => assert.doesNotMatch(JSON.stringify(masked), /s3cret-token/));
  it('hides fields that are named like secrets', () =>
    assert.deepEqual((masked as typeof document).Config.Labels, { api_key: '***', note: 'plain' }));
  it('keeps the shape', () => {
    assert.equal((masked as typeof document).Size, 5);
    assert.equal((masked as typeof document).Nothing, null);
  });
});

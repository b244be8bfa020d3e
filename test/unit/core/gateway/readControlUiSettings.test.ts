import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readControlUiSettings } from '../../../../src/core/gateway/readControlUiSettings.ts';

const read = (config: string, environment: Readonly<Record<string, string>> = {}) =>
  readControlUiSettings(new Map(Object.entries(environment)), config);

describe('readControlUiSettings', () => {
  it('has defaults where nothing is said', () =>
    assert.deepEqual(read(''), { port: 18_789, usesTls: false, basePath: '' }));
  it('takes the token of the environment before that of the file', () =>
    assert.equal(read('{gateway:{auth:{token:"file"}}}', { OPENCLAW_GATEWAY_TOKEN: 'env' }).token, 'env'));
  it('knows the older name of the variable', () =>
    assert.equal(read('', { CLAWDBOT_GATEWAY_TOKEN: 'old' }).token, 'old'));
  it('reads JSON5', () =>
    assert.deepEqual(
      read(
        "// mine\n{ gateway: { port: 19001, tls: { enabled: true }, controlUi: { basePath: '/claw/' }, auth: { token: 'abc', }, }, }",
      ),
      { port: 19_001, usesTls: true, basePath: '/claw', token: 'abc' },
    ));
  it('resolves a token that names a variable', () =>
    assert.equal(read(`{"gateway":{"auth":{"token":"\${MY_TOKEN}"}}}`, { MY_TOKEN: 'secret' }).token, 'secret'));
  it('has no token where the variable is not set', () =>
    assert.equal(read(`{"gateway":{"auth":{"token":"\${MY_TOKEN}"}}}`).token, undefined));
  it('leaves a reference to another store unread', () =>
    assert.equal(read('{"gateway":{"auth":{"token":{"source":"file","id":"x"}}}}').token, undefined));
  it('survives a file that is half written', () => assert.equal(read('{"gateway":{"po').port, 18_789));
});

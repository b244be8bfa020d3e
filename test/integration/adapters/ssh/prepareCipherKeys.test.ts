import assert from 'node:assert/strict';
import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import ssh2 from 'ssh2';
import { prepareCipherKeys } from '../../../../src/adapters/ssh/prepareCipherKeys.ts';
import { startSshServer } from './sshServer.ts';
import { testKeyPair } from './testKeyPair.ts';

describe('prepareCipherKeys', () => {
  it('finds the keys where this ssh2 has them, after each key exchange', async () => {
    const key = testKeyPair();
    const server = await startSshServer({ authorizedKey: key.public });
    const client = new ssh2.Client();
    const ciphers = (): readonly unknown[] => {
      const { _protocol } = client as unknown as {
        _protocol: { _cipher: { _encKey: unknown }; _decipher: { _decipherKey: unknown } };
      };
      return [_protocol._cipher._encKey, _protocol._decipher._decipherKey];
    };
    client.on('handshake', () => prepareCipherKeys(client));
    client.connect({ host: '127.0.0.1', port: server.port, username: 'root', privateKey: key.private });
    try {
      await once(client, 'ready');
      const first = ciphers();
      assert.ok(first.every((held) => held instanceof KeyObject));
      const [connection] = server.connections;
      const exchanged = once(client, 'handshake');
      connection?.rekey();
      await exchanged;
      const second = ciphers();
      assert.ok(second.every((held) => held instanceof KeyObject));
      assert.notEqual(first[0], second[0]);
      const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
        client.exec('echo hello', (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
      });
      const [output] = await once(channel, 'data');
      assert.equal(String(output), 'hello\n');
    } finally {
      const closed = once(client, 'close');
      client.end();
      await closed;
      await server.close();
    }
  });
});

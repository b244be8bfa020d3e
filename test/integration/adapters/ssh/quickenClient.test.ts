import assert from 'node:assert/strict';
import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import ssh2 from 'ssh2';
import { quickenClient } from '../../../../src/adapters/ssh/quickenClient.ts';
import { startSshServer, type TestSshServer } from './sshServer.ts';
import { testKeyPair } from './testKeyPair.ts';

describe('quickenClient', () => {
  const key = testKeyPair();
  let server: TestSshServer;
  let client: ssh2.Client;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    server = await startSshServer({
      authorizedKey: key.public,
      onConnection: (connection) => {
        connection.on('authentication', (context) => {
          if (context.method === 'publickey') asked.push(context.signature === undefined ? 'question' : 'signature');
        });
        connection.once('ready', () => tellHostKeys(protocolOf(connection), (name) => asked.push(name)));
      },
    });
    client = new ssh2.Client();
  });
  afterEach(async () => {
    const closed = once(client, 'close');
    client.end();
    await closed;
    await server.close();
  });

  async function connect(
    privateKey: string,
    {
      debug = () => {},
      tellsSignatures = false,
    }: { debug?: (message: string) => void; tellsSignatures?: boolean } = {},
  ): Promise<void> {
    client.connect({ host: '127.0.0.1', port: server.port, username: 'root', privateKey, debug });
    quickenClient(client);
    if (tellsSignatures) {
      // OpenSSH sends it with its keys; ssh2's own server waits for ours.
      const protocol = protocolOf(client);
      protocol._handlers.EXT_INFO(protocol, [{ name: 'server-sig-algs', algs: ['ssh-ed25519'] }]);
    }
    await once(client, 'ready');
  }

  /** In which order the client asks for the service, shows the key and hears of the service. */
  async function firstSteps(options: { tellsSignatures: boolean }): Promise<readonly string[]> {
    const steps: string[] = [];
    const debug = (message: string): void => {
      const step = /Sending NEWKEYS|Sending SERVICE_REQUEST|Sending USERAUTH_REQUEST|Received SERVICE_ACCEPT/.exec(
        message,
      );
      if (step !== null) steps.push(step[0]);
    };
    await connect(key.private, { ...options, debug });
    return steps.slice(0, 4);
  }

  async function outputOf(command: string): Promise<string> {
    const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
      client.exec(command, (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
    });
    const [output] = await once(channel, 'data');
    return String(output);
  }

  it('finds the keys of the ciphers where this ssh2 has them, after each key exchange', async () => {
    await connect(key.private);
    const ciphers = (): readonly unknown[] => {
      const { _protocol } = client as unknown as {
        _protocol: { _cipher: { _encKey: unknown }; _decipher: { _decipherKey: unknown } };
      };
      return [_protocol._cipher._encKey, _protocol._decipher._decipherKey];
    };
    const first = ciphers();
    assert.ok(first.every((held) => held instanceof KeyObject));
    const [connection] = server.connections;
    const exchanged = once(client, 'handshake');
    connection?.rekey();
    await exchanged;
    const second = ciphers();
    assert.ok(second.every((held) => held instanceof KeyObject));
    assert.notEqual(first[0], second[0]);
    assert.equal(await outputOf('echo hello'), 'hello\n');
  });
  it('shows a key together with the signature', async () => {
    await connect(key.private);
    assert.deepEqual(asked, ['signature']);
  });
  it('asks for the service and shows the key in one flight, once the host key was accepted', async () => {
    assert.deepEqual(await firstSteps({ tellsSignatures: true }), [
      'Sending NEWKEYS',
      'Sending SERVICE_REQUEST',
      'Sending USERAUTH_REQUEST',
      'Received SERVICE_ACCEPT',
    ]);
    assert.equal(await outputOf('echo hello'), 'hello\n');
  });
  it('waits for the service where the server has not told which signatures it takes', async () => {
    assert.deepEqual(await firstSteps({ tellsSignatures: false }), [
      'Sending NEWKEYS',
      'Sending SERVICE_REQUEST',
      'Received SERVICE_ACCEPT',
      'Sending USERAUTH_REQUEST',
    ]);
  });
  it('has the server prove no other host keys', async () => {
    await connect(key.private);
    assert.equal(await outputOf('echo hello'), 'hello\n');
    assert.deepEqual(asked, ['signature']);
  });
});

/** What ssh2's own server offers no way to do. */
interface Protocol {
  readonly _handlers: {
    GLOBAL_REQUEST(protocol: unknown, name: string, ...rest: unknown[]): void;
    EXT_INFO(
      protocol: unknown,
      extensions: readonly { readonly name: string; readonly algs: readonly string[] }[],
    ): void;
  };
  readonly _packetRW: {
    readonly write: { readonly allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer };
  };
  readonly _cipher: { encrypt(packet: Buffer): void };
}

function protocolOf(connection: ssh2.Connection | ssh2.Client): Protocol {
  return (connection as unknown as { readonly _protocol: Protocol })._protocol;
}

/** As sshd does after each login (PROTOCOL of OpenSSH, section 2.5). */
function tellHostKeys(protocol: Protocol, onRequest: (name: string) => void): void {
  const { GLOBAL_REQUEST: handle } = protocol._handlers;
  protocol._handlers.GLOBAL_REQUEST = (self, name, ...rest) => {
    onRequest(name);
    handle(self, name, ...rest);
  };
  const hostKey = ssh2.utils.parseKey(testKeyPair().public);
  assert.ok(!(hostKey instanceof Error));
  const string = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const name = Buffer.from('hostkeys-00@openssh.com');
  const payload = Buffer.concat([Buffer.from([80]), string(name), Buffer.from([0]), string(hostKey.getPublicSSH())]);
  const packet = protocol._packetRW.write.alloc(payload.length);
  packet.set(payload, protocol._packetRW.write.allocStart);
  protocol._cipher.encrypt(protocol._packetRW.write.finalize(packet));
}

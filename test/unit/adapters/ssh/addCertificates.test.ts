import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Duplex, duplexPair, Transform } from 'node:stream';
import { describe, it } from 'node:test';
import ssh2, { type Connection } from 'ssh2';
import { addCertificates } from '../../../../src/adapters/ssh/addCertificates.ts';
import { blobKey } from '../../../../src/adapters/ssh/blobKey.ts';
import { SshReader } from '../../../../src/core/vm/SshReader.ts';
import { makeCertificate, makeKeyPair, type SshKeyPair } from '../../../support/makeCertificate.ts';

const TYPE = 'ssh-ed25519-cert-v01@openssh.com';
const authority = makeKeyPair();
const plainHostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;

interface Inner {
  readonly _protocol: {
    _offer: { lists: Record<string, { array?: readonly string[] }>; constructor: new (lists: unknown) => unknown };
    _hostKeys: Record<string, unknown>;
    parse: (...args: unknown[]) => void;
    _kex?: { negotiated: { serverHostKey: string } };
  };
}

/** Makes a server of ssh2's show a certificate, and sign with the given key: its own, or that of somebody who has found the certificate. */
function showCertificate(connection: Connection, certificate: Buffer, signer: SshKeyPair, algorithm: string): void {
  const protocol = (connection as unknown as Inner)._protocol;
  const list = (name: string): readonly string[] => protocol._offer.lists[name]?.array ?? [];
  const direction = (name: string): unknown =>
    Object.fromEntries(
      Object.entries(protocol._offer.lists[name] ?? {}).map(([key, value]) => [
        key,
        (value as unknown as { array: unknown }).array,
      ]),
    );
  const KexInit = protocol._offer.constructor;
  protocol._offer = new KexInit({
    kex: list('kex'),
    serverHostKey: [TYPE],
    cs: direction('cs'),
    sc: direction('sc'),
  }) as never;
  protocol._hostKeys[algorithm] = {
    type: 'ssh-ed25519',
    getPublicSSH: () => certificate,
    sign: (data: Buffer) => Buffer.from(new SshReader(signer.sign(data).subarray(15)).string() ?? []),
  };
  const { parse } = protocol;
  protocol.parse = (...args) => {
    parse.apply(protocol, args);
    if (protocol._kex !== undefined) protocol._kex.negotiated.serverHostKey = algorithm;
  };
}

/** Two ends of a connection. What is written arrives a turn later: client and server of ssh2 share their parsers. */
function wire(): readonly [Duplex, Duplex] {
  const ends = duplexPair().map((end) => {
    const later = new Transform({ transform: (chunk, _encoding, pass) => void setImmediate(pass, null, chunk) });
    return Duplex.from({ readable: end.pipe(later), writable: end });
  });
  return [ends[0] as Duplex, ends[1] as Duplex];
}

interface Outcome {
  readonly shown: readonly Buffer[];
  readonly result: 'ready' | Error;
}

async function connect(prepare: (connection: Connection) => void, hostAlgorithms: readonly string[]): Promise<Outcome> {
  const [ours, theirs] = wire();
  const server = new ssh2.Server({ hostKeys: [plainHostKey] }, (connection) => {
    prepare(connection);
    connection.on('error', () => {});
    connection.on('authentication', (context) => context.accept());
  });
  server.injectSocket(theirs as never);
  const client = new ssh2.Client();
  const shown: Buffer[] = [];
  try {
    return await new Promise<Outcome>((resolve) => {
      client.once('ready', () => resolve({ shown, result: 'ready' }));
      client.on('error', (error) => resolve({ shown, result: error }));
      client.connect({
        sock: ours,
        username: 'root',
        password: 'any',
        hostVerifier: (key: Buffer) => {
          shown.push(key);
          return true;
        },
      });
      assert.equal(addCertificates(client, hostAlgorithms), true);
    });
  } finally {
    client.destroy();
    theirs.destroy();
  }
}

describe('addCertificates', () => {
  it('was written for this version of ssh2', () => {
    const file = createRequire(import.meta.url).resolve('ssh2/package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    assert.equal(version, '1.17.0', 'Read what addCertificates.ts uses of ssh2 again, then name the new version here.');
  });
  it('shows the certificate of a host to whoever verifies it, and checks the signature with the key inside', async () => {
    const host = makeKeyPair();
    const certificate = makeCertificate(host, authority, { role: 2 });
    const outcome = await connect(
      (connection) => showCertificate(connection, certificate, host, 'ssh-ed25519'),
      [TYPE],
    );
    assert.equal(outcome.result, 'ready');
    assert.deepEqual(outcome.shown, [certificate]);
  });
  it('ends the connection with one who shows a certificate and does not have its key', async () => {
    const certificate = makeCertificate(makeKeyPair(), authority, { role: 2 });
    const { result } = await connect(
      (connection) => showCertificate(connection, certificate, makeKeyPair(), 'ssh-ed25519'),
      [TYPE],
    );
    assert.match(String(result), /signature verification failed/);
  });
  it('ends the connection where the signature is of another kind', async () => {
    const host = makeKeyPair();
    const certificate = makeCertificate(host, authority, { role: 2 });
    const { result } = await connect((connection) => showCertificate(connection, certificate, host, 'ssh-rsa'), [TYPE]);
    assert.match(String(result), /Wrong signature type: ssh-rsa, expected: ssh-ed25519/);
  });
  it('ends the connection where what is shown is no certificate', async () => {
    const host = makeKeyPair();
    for (const shown of [host.blob, makeCertificate(host, authority).subarray(0, -1)]) {
      const { result } = await connect((connection) => showCertificate(connection, shown, host, 'ssh-ed25519'), [TYPE]);
      assert.ok(result instanceof Error);
    }
  });
  it('takes plain host keys as before, asked for certificates or not', async () => {
    for (const algorithms of [[], [TYPE]]) {
      const { result, shown } = await connect(() => {}, algorithms);
      assert.equal(result, 'ready');
      assert.match(String(new SshReader(shown[0] ?? Buffer.alloc(0)).text()), /^ecdsa/);
    }
  });
  it('writes the algorithm of the certificate beside it, and that of the key into the signature', async () => {
    const user = makeKeyPair();
    const blob = makeCertificate(user, authority);
    const signed: Buffer[] = [];
    const key = blobKey({
      keyType: 'ssh-ed25519',
      blob,
      isCertificate: true,
      sign: (data) => {
        signed.push(data);
        return user.sign(data);
      },
    });
    const [ours, theirs] = wire();
    const server = new ssh2.Server({ hostKeys: [plainHostKey] }, (connection) => {
      connection.on('error', () => {});
      connection.on('authentication', (context) => {
        if (context.method !== 'publickey') return context.reject(['publickey']);
        assert.equal(context.key.algo, TYPE);
        assert.deepEqual(context.key.data, blob);
        if (context.signature === undefined) return context.accept();
        // ssh2's server takes off the name of an algorithm that is the request's; this one is another, so it stays.
        assert.deepEqual(context.blob, signed[0]);
        assert.deepEqual(context.signature, user.sign(signed[0] ?? Buffer.alloc(0)));
        context.accept();
      });
    });
    server.injectSocket(theirs as never);
    const client = new ssh2.Client();
    await new Promise((resolve, reject) => {
      client.once('ready', () => resolve(undefined)).once('error', reject);
      client.connect({
        sock: ours,
        username: 'root',
        authHandler: (_left, _partial, next) => next({ type: 'publickey', username: 'root', key }),
      });
      addCertificates(client, []);
    });
    assert.equal(signed.length, 1);
    client.destroy();
    theirs.destroy();
  });
  it('leaves a client alone that is another than expected', () => {
    assert.equal(addCertificates(new ssh2.Client(), [TYPE]), false);
    const client = { _protocol: { authPK: () => {}, parse: () => {} } };
    assert.equal(addCertificates(client as never, [TYPE]), false);
  });
});

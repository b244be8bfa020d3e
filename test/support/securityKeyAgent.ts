import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { sshSignature } from '../../src/adapters/ssh/sshSignatures.ts';
import { SshReader, sshStrings } from '../../src/core/vm/SshReader.ts';

export interface SecurityKeyAgent {
  /** As a line of authorized_keys. */
  readonly publicKeys: readonly string[];
  /** Adds a certificate for the key of this index. */
  addCertificate(index: number, blob: Buffer): void;
  close(): void;
}

const APPLICATION = 'ssh:';
// Somebody has touched it (PROTOCOL.u2f of OpenSSH).
const FLAGS = 1;

/** An SSH agent with an Ed25519 and an ECDSA key as security keys have them, made of software: it signs what a real one would. */
export async function startSecurityKeyAgent(socket: string): Promise<SecurityKeyAgent> {
  const keys = [ed25519Key(), ecdsaKey()];
  const held = keys.map((key) => ({ ...key, shown: key.blob }));
  const server: Server = createServer((connection) => {
    connection.on('error', () => {});
    connection.on('data', (request: Buffer) => {
      const reader = new SshReader(request.subarray(5));
      const answer =
        request[4] === 11
          ? Buffer.concat([
              Buffer.of(12, 0, 0, 0, held.length),
              ...held.map(({ shown }) => sshStrings(shown, 'in software')),
            ])
          : signed(reader);
      connection.write(sshStrings(answer));
    });
  });
  const signed = (reader: SshReader): Buffer => {
    const shown = reader.string() ?? new Uint8Array();
    const data = reader.string() ?? new Uint8Array();
    const key = held.find((candidate) => candidate.shown.equals(shown));
    if (key === undefined) return Buffer.of(5);
    const between = Buffer.of(FLAGS, 0, 0, 0, 1);
    const value = key.sign(Buffer.concat([sha256(APPLICATION), between, sha256(data)]));
    return Buffer.concat([Buffer.of(14), sshStrings(Buffer.concat([sshStrings(key.type, value), between]))]);
  };
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    publicKeys: keys.map(({ type, blob }) => `${type} ${blob.toString('base64')}`),
    addCertificate: (index, blob) => {
      const key = keys[index];
      if (key !== undefined) held.push({ ...key, shown: blob });
    },
    close: () => void server.close(),
  };
}

interface SecurityKey {
  readonly type: string;
  readonly blob: Buffer;
  readonly sign: (data: Buffer) => Uint8Array;
}

function ed25519Key(): SecurityKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const type = 'sk-ssh-ed25519@openssh.com';
  return {
    type,
    blob: Buffer.from(sshStrings(type, rawOf(publicKey, 32), APPLICATION)),
    sign: (data) => sign(undefined, data, privateKey),
  };
}

function ecdsaKey(): SecurityKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com';
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    type,
    blob: Buffer.from(sshStrings(type, 'nistp256', rawOf(publicKey, 65), APPLICATION)),
    sign: (data) => {
      const reader = new SshReader(sshSignature(pem, 'ecdsa-sha2-nistp256', data));
      reader.string();
      return reader.string() ?? new Uint8Array();
    },
  };
}

function rawOf(key: KeyObject, bytes: number): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-bytes);
}

function sha256(data: Uint8Array | string): Buffer {
  return createHash('sha256').update(data).digest();
}

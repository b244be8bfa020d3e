import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { sshStrings } from '../../src/core/vm/SshReader.ts';
import { FOREVER } from '../../src/core/vm/sshCertificate.ts';

export interface CertificateText {
  readonly role: number;
  readonly keyId: string;
  readonly principals: readonly string[];
  readonly serial: bigint;
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly criticalOptions: readonly string[];
}

/** An ed25519 key, its public part as SSH writes it, and how it signs. */
export interface SshKeyPair {
  readonly pem: string;
  readonly blob: Buffer;
  sign(data: Uint8Array): Buffer;
}

export function makeKeyPair(): SshKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key: KeyObject = createPrivateKey(pem);
  return {
    pem,
    blob: Buffer.from(sshStrings('ssh-ed25519', raw)),
    sign: (data) => Buffer.from(sshStrings('ssh-ed25519', sign(undefined, data, key))),
  };
}

/** A certificate for an ed25519 key, as `ssh-keygen -s` makes them (PROTOCOL.certkeys of OpenSSH). */
export function makeCertificate(
  key: Pick<SshKeyPair, 'blob'>,
  authority: SshKeyPair,
  text: Partial<CertificateText> = {},
): Buffer {
  const { role = 1, keyId = 'made', principals = ['root'], serial = 0n, criticalOptions = [] } = text;
  const { validAfter = 0n, validBefore = FOREVER } = text;
  const signed = Buffer.concat([
    sshStrings('ssh-ed25519-cert-v01@openssh.com', new Uint8Array(32)),
    key.blob.subarray(sshStrings('ssh-ed25519').length),
    uint64(serial),
    Buffer.of(0, 0, 0, role),
    sshStrings(keyId, sshStrings(...principals)),
    uint64(validAfter),
    uint64(validBefore),
    sshStrings(sshStrings(...criticalOptions.flatMap((name) => [name, ''])), '', '', authority.blob),
  ]);
  return Buffer.concat([signed, sshStrings(authority.sign(signed))]);
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

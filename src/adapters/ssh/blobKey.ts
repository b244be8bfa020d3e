import ssh2, { type ParsedKey } from 'ssh2';
import { sshStrings } from '../../core/vm/SshReader.ts';

/** How a key signs: gives the whole signature of SSH, the algorithm's name before the value. */
export type SignData = (data: Buffer, algorithm: string) => Buffer;

export interface BlobKeyParts {
  /** Of the plain key, such as `ssh-rsa`: what ssh2 chooses the signature algorithm by. */
  readonly keyType: string;
  /** What the server gets: a certificate, or a key of a type that ssh2 does not know. */
  readonly blob: Buffer;
  readonly isCertificate: boolean;
  /** The key that the agent holds, where that is another than `blob`: the plain one. */
  readonly signingBlob?: Buffer;
  /** Absent: an agent signs. */
  readonly sign?: SignData;
}

/**
 * A key that ssh2 1.17 has no words for, in the shape of one that it has: a certificate, or a security key of an agent. Connections
 * that `addCertificates` has prepared use it as it is meant.
 */
export function blobKey(parts: BlobKeyParts): ParsedKey {
  // ssh2 takes what has a key of its own as prototype for a parsed key, and looks at nothing but these properties.
  const key: ParsedKey = Object.create(carrier(), {
    type: { value: parts.keyType },
    getPublicSSH: { value: () => parts.blob },
    isPrivateKey: { value: () => parts.sign !== undefined },
    sign: { value: (data: Buffer, hash?: string) => signed(parts, data, hash) },
  });
  PARTS.set(key, parts);
  return key;
}

/** What a key was made of; `undefined` for keys of ssh2's own. */
export function blobKeyParts(key: unknown): BlobKeyParts | undefined {
  return typeof key === 'object' && key !== null ? PARTS.get(key) : undefined;
}

/** The signature algorithm of a key type, for the hash that ssh2 names where there is a choice. */
export function signatureAlgorithm(keyType: string, hash: string | undefined): string {
  if (keyType !== 'ssh-rsa') return keyType;
  return hash === 'sha512' ? 'rsa-sha2-512' : hash === 'sha256' ? 'rsa-sha2-256' : 'ssh-rsa';
}

const PARTS = new WeakMap<object, BlobKeyParts>();

let anyKey: ParsedKey | undefined;

function carrier(): ParsedKey {
  if (anyKey === undefined) {
    // A public key of no use to anybody: ssh2 marks parsed keys with a symbol of its own.
    const parsed = ssh2.utils.parseKey(`ecdsa-sha2-nistp256 ${EXAMPLE_KEY}`);
    if (parsed instanceof Error) throw parsed;
    anyKey = parsed;
  }
  return anyKey;
}

const EXAMPLE_KEY = Buffer.from(sshStrings('ecdsa-sha2-nistp256', 'nistp256', `\u0004${'\u0001'.repeat(64)}`)).toString(
  'base64',
);

function signed(parts: BlobKeyParts, data: Buffer, hash: string | undefined): Buffer | Error {
  try {
    if (parts.sign === undefined) return new Error('The private key is not here.');
    return parts.sign(data, signatureAlgorithm(parts.keyType, hash));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

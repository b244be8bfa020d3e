import { createHash, sign, verify } from 'node:crypto';
import ssh2 from 'ssh2';
import { SshReader, sshStrings } from '../../core/vm/SshReader.ts';
import { chosenAlgorithms, type SshAlgorithmChoice } from '../../core/vm/sshAlgorithms.ts';
import { certifiedAlgorithm, isCertificateType, plainAlgorithm } from '../../core/vm/sshCertificate.ts';

/** Whether a signature of SSH (algorithm and value) is the key's over the data. SHA-1 counts as no signature. */
export function isSshSignature(publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean {
  try {
    return isSignature(publicKey, signature, data);
  } catch {
    // A key that the runtime's crypto does not take.
    return false;
  }
}

/** The signature algorithms that {@link isSshSignature} takes: ssh's own default (ssh_config(5), CASignatureAlgorithms). */
export function isSignatureAlgorithm(algorithm: string): boolean {
  return KEY_TYPES.has(algorithm);
}

/** Whether `CASignatureAlgorithms` of an SSH config leaves one of them. */
export function isAllowedSignature(algorithm: string, choice: SshAlgorithmChoice | undefined): boolean {
  const all = [...KEY_TYPES.keys()];
  return chosenAlgorithms(choice?.CASignatureAlgorithms, all, all).includes(algorithm);
}

/** Whether `PubkeyAcceptedAlgorithms` of an SSH config leaves one for keys of a type, or for certificates of a type. */
export function isAcceptedKeyType(type: string, choice: SshAlgorithmChoice | undefined): boolean {
  const specification = choice?.PubkeyAcceptedAlgorithms;
  if (specification === undefined) return true;
  const plain = [...KEY_TYPES.keys(), 'ssh-rsa'];
  const all = [...plain, ...plain.map(certifiedAlgorithm)];
  const ofRsa = isCertificateType(type) ? certifiedAlgorithm : (name: string): string => name;
  const names = plainAlgorithm(type) === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'].map(ofRsa) : [type];
  const accepted = chosenAlgorithms(specification, all, all);
  return names.some((name) => accepted.includes(name));
}

/**
 * Signs as SSH does (RFC 4253, section 6.6; RFC 8332; RFC 5656), with the algorithm's name before the value.
 * @throws Error where the key cannot make such a signature.
 */
export function sshSignature(privateKeyPem: string, algorithm: string, data: Uint8Array): Buffer {
  if (!HASHES.has(algorithm)) throw new Error(`${algorithm} signatures are not made here.`);
  const value = sign(HASHES.get(algorithm), data, { key: privateKeyPem, dsaEncoding: 'ieee-p1363' });
  return Buffer.from(sshStrings(algorithm, algorithm.startsWith('ecdsa-') ? mpintPair(value) : value));
}

const HASHES: ReadonlyMap<string, string | undefined> = new Map([
  ['ssh-ed25519', undefined],
  ['ecdsa-sha2-nistp256', 'sha256'],
  ['ecdsa-sha2-nistp384', 'sha384'],
  ['ecdsa-sha2-nistp521', 'sha512'],
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);

const SECURITY_KEY_TYPES: ReadonlyMap<string, string> = new Map([
  ['sk-ssh-ed25519@openssh.com', 'ssh-ed25519'],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 'ecdsa-sha2-nistp256'],
]);

/** The type of the key that makes signatures of an algorithm. */
const KEY_TYPES: ReadonlyMap<string, string> = new Map(
  [...HASHES.keys(), ...SECURITY_KEY_TYPES.keys()].map((algorithm) => [
    algorithm,
    algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm,
  ]),
);

const VALUE_BYTES: ReadonlyMap<string, number> = new Map([
  ['ecdsa-sha2-nistp256', 32],
  ['ecdsa-sha2-nistp384', 48],
  ['ecdsa-sha2-nistp521', 66],
]);

function isSignature(publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean {
  const reader = new SshReader(signature);
  const algorithm = reader.text();
  const value = reader.string();
  const type = new SshReader(publicKey).text();
  if (algorithm === undefined || value === undefined || KEY_TYPES.get(algorithm) !== type) return false;
  const inner = SECURITY_KEY_TYPES.get(algorithm);
  if (inner === undefined) return reader.isAtEnd && isPlainSignature(publicKey, algorithm, value, data);

  // PROTOCOL.u2f: the key signs hashes of the application and of the data, with flags and a counter between them.
  const flags = reader.byte();
  const counter = reader.uint32();
  const fields = new SshReader(publicKey);
  const key = [fields.string(), ...Array.from({ length: inner === 'ssh-ed25519' ? 1 : 2 }, () => fields.string())];
  const application = fields.string();
  const [, ...rest] = key;
  if (flags === undefined || counter === undefined || application === undefined || !reader.isAtEnd) return false;
  if (!rest.every((field) => field !== undefined)) return false;
  const between = Buffer.alloc(5);
  between.writeUInt8(flags);
  between.writeUInt32BE(counter, 1);
  const signed = Buffer.concat([sha256(application), between, sha256(data)]);
  return isPlainSignature(sshStrings(inner, ...rest), inner, value, signed);
}

function isPlainSignature(publicKey: Uint8Array, algorithm: string, value: Uint8Array, data: Uint8Array): boolean {
  const parsed = ssh2.utils.parseKey(Buffer.from(publicKey));
  if (parsed instanceof Error) return false;
  const size = VALUE_BYTES.get(algorithm);
  const bare = size === undefined ? value : fixedPair(value, size);
  if (bare === undefined) return false;
  return verify(HASHES.get(algorithm), data, { key: parsed.getPublicPEM(), dsaEncoding: 'ieee-p1363' }, bare);
}

/** Two numbers of one length each, as two `mpint` (RFC 4251): no leading zeros, but one before a set high bit. */
function mpintPair(value: Buffer): Uint8Array {
  const half = value.length / 2;
  const mpint = (number: Buffer): Buffer => {
    const start = number.findIndex((byte) => byte !== 0);
    const bare = start < 0 ? Buffer.alloc(0) : number.subarray(start);
    return (bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bare]) : bare;
  };
  return sshStrings(mpint(value.subarray(0, half)), mpint(value.subarray(half)));
}

/** The inverse of {@link mpintPair}. */
function fixedPair(value: Uint8Array, size: number): Buffer | undefined {
  const reader = new SshReader(value);
  const numbers = [reader.string(), reader.string()].map((number) => {
    const bare = number?.[0] === 0 ? number.subarray(1) : number;
    if (bare === undefined || bare.length > size) return undefined;
    return Buffer.concat([Buffer.alloc(size - bare.length), bare]);
  });
  return reader.isAtEnd && numbers.every((number) => number !== undefined) ? Buffer.concat(numbers) : undefined;
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

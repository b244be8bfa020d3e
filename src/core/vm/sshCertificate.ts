import { SshReader, sshStrings } from './SshReader.ts';

/** A certificate of OpenSSH: a public key with what an authority says about it. Its signature is not checked here. */
export interface SshCertificate {
  /** Of the whole, such as `ssh-rsa-cert-v01@openssh.com`. */
  readonly type: string;
  readonly blob: Uint8Array;
  /** The key without the certificate, as known_hosts and authorized_keys hold it, and its type. */
  readonly key: Uint8Array;
  readonly keyType: string;
  readonly serial: bigint;
  readonly role: 'user' | 'host';
  /** What the authority calls it. */
  readonly keyId: string;
  /** Login names, or names of hosts. */
  readonly principals: readonly string[];
  /** Seconds since 1970; 0: since ever. */
  readonly validAfter: bigint;
  /** Seconds since 1970, exclusive; {@link FOREVER}: no end. */
  readonly validBefore: bigint;
  readonly criticalOptions: readonly string[];
  /** The authority's public key. */
  readonly authorityKey: Uint8Array;
  /** What the authority signed, and its signature (algorithm and value). */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureAlgorithm: string;
}

export type ParsedSshCertificate =
  | { readonly ok: true; readonly certificate: SshCertificate }
  /** `reason` follows "the certificate". */
  | { readonly ok: false; readonly reason: string };

export const FOREVER = 0xffff_ffff_ffff_ffffn;

/** Whether a key type is that of a certificate; `plainTypeOf` gives the type of the key inside. */
export function isCertificateType(type: string): boolean {
  return PLAIN_TYPES.has(type);
}

/** Reads a certificate as it goes over the wire. Format: PROTOCOL.certkeys of OpenSSH. */
export function parseSshCertificate(blob: Uint8Array): ParsedSshCertificate {
  const reader = new SshReader(blob);
  const type = reader.text();
  const keyType = type === undefined ? undefined : PLAIN_TYPES.get(type);
  if (type === undefined || keyType === undefined) return refuse('is of a kind that is not known');
  const nonce = reader.string();
  const fields = Array.from({ length: FIELD_COUNTS.get(keyType) ?? 0 }, () => reader.string());
  const serial = reader.uint64();
  const roleNumber = reader.uint32();
  const keyId = reader.text();
  const principals = texts(reader.string());
  const validAfter = reader.uint64();
  const validBefore = reader.uint64();
  const criticalOptions = pairs(reader.string());
  const extensions = pairs(reader.string());
  const reserved = reader.string();
  const authorityKey = reader.string();
  const signed = blob.subarray(0, reader.offset);
  const signature = reader.string();
  const signatureAlgorithm = signature === undefined ? undefined : new SshReader(signature).text();
  if (
    nonce === undefined ||
    !fields.every((field) => field !== undefined) ||
    serial === undefined ||
    roleNumber === undefined ||
    keyId === undefined ||
    principals === undefined ||
    validAfter === undefined ||
    validBefore === undefined ||
    criticalOptions === undefined ||
    extensions === undefined ||
    reserved === undefined ||
    authorityKey === undefined ||
    signature === undefined ||
    signatureAlgorithm === undefined ||
    !reader.isAtEnd
  ) {
    return refuse('is damaged');
  }
  const role = ROLES.get(roleNumber);
  if (role === undefined) return refuse('is neither for a user nor for a host');
  const authorityType = new SshReader(authorityKey).text();
  // An authority that is certified itself is not allowed (PROTOCOL.certkeys).
  if (authorityType === undefined || isCertificateType(authorityType)) return refuse('is damaged');
  return {
    ok: true,
    certificate: {
      type,
      blob,
      key: sshStrings(keyType, ...fields),
      keyType,
      serial,
      role,
      keyId,
      principals,
      validAfter,
      validBefore,
      criticalOptions,
      authorityKey,
      signed,
      signature,
      signatureAlgorithm,
    },
  };
}

/** The certificate's type for a signature algorithm of its key, such as `rsa-sha2-512-cert-v01@openssh.com`. */
export function certifiedAlgorithm(algorithm: string): string {
  return `${algorithm.replace(/@openssh\.com$/, '')}-cert-v01@openssh.com`;
}

/** The inverse of {@link certifiedAlgorithm}. */
export function plainAlgorithm(certified: string): string {
  const plain = certified.replace(/-cert-v01@openssh\.com$/, '');
  return plain.startsWith('sk-') ? `${plain}@openssh.com` : plain;
}

const KEY_FIELDS: readonly (readonly [type: string, fields: number])[] = [
  ['ssh-ed25519', 1],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['ssh-rsa', 2],
  ['sk-ssh-ed25519@openssh.com', 2],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 3],
];
const FIELD_COUNTS: ReadonlyMap<string, number> = new Map(KEY_FIELDS);
const PLAIN_TYPES: ReadonlyMap<string, string> = new Map(
  KEY_FIELDS.map(([type]) => [`${type.replace(/@openssh\.com$/, '')}-cert-v01@openssh.com`, type]),
);
const ROLES: ReadonlyMap<number, 'user' | 'host'> = new Map([
  [1, 'user'],
  [2, 'host'],
]);

function refuse(reason: string): ParsedSshCertificate {
  return { ok: false, reason };
}

function texts(packed: Uint8Array | undefined): readonly string[] | undefined {
  if (packed === undefined) return undefined;
  const reader = new SshReader(packed);
  const found: string[] = [];
  while (!reader.isAtEnd) {
    const text = reader.text();
    if (text === undefined) return undefined;
    found.push(text);
  }
  return found;
}

/** The names of packed options, each of which has data behind it. */
function pairs(packed: Uint8Array | undefined): readonly string[] | undefined {
  const all = texts(packed);
  return all === undefined || all.length % 2 === 1 ? undefined : all.filter((_text, index) => index % 2 === 0);
}

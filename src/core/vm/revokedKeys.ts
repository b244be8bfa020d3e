import { SshReader } from './SshReader.ts';
import { parseSshCertificate, type SshCertificate } from './sshCertificate.ts';

/** What one file of `RevokedHostKeys` lists. Keys and hashes as hexadecimal digits. */
export interface RevokedKeys {
  readonly keys: ReadonlySet<string>;
  readonly sha1: ReadonlySet<string>;
  readonly sha256: ReadonlySet<string>;
  readonly certificates: readonly RevokedCertificates[];
}

export type ParsedRevokedKeys =
  | { readonly ok: true; readonly revoked: RevokedKeys }
  /** `reason` follows the name of the file. */
  | { readonly ok: false; readonly reason: string };

/** Digest of the bytes, as hexadecimal digits. */
export type HexDigest = (algorithm: 'sha1' | 'sha256', bytes: Uint8Array) => string;

/**
 * Reads a revocation list as ssh does: a KRL (PROTOCOL.krl of OpenSSH), else a public key per line. One that cannot be read whole might
 * list the very key, so it counts for nothing less than all keys.
 */
export function parseRevokedKeys(bytes: Uint8Array): ParsedRevokedKeys {
  return MAGIC.every((byte, index) => bytes[index] === byte)
    ? parseKrl(bytes.subarray(MAGIC.length))
    : parseList(bytes);
}

/** What of a shown host key is revoked: itself, its certificate, or the authority of that. */
export function revokedPart(
  revoked: RevokedKeys,
  shown: Uint8Array,
  digest: HexDigest,
): 'key' | 'certificate' | 'authority' | undefined {
  const parsed = parseSshCertificate(shown);
  if (!parsed.ok) return listsKey(revoked, shown, digest) ? 'key' : undefined;
  const { certificate } = parsed;
  if (listsKey(revoked, certificate.key, digest)) return 'key';
  if (revoked.certificates.some((section) => listsCertificate(section, certificate))) return 'certificate';
  return listsKey(revoked, certificate.authorityKey, digest) ? 'authority' : undefined;
}

/** One section about the certificates of an authority. */
interface RevokedCertificates {
  /** Its key; absent: any authority. */
  readonly authority: string | undefined;
  readonly keyIds: ReadonlySet<string>;
  /** First and last, both included. */
  readonly serialRanges: readonly (readonly [bigint, bigint])[];
  readonly serialBitmaps: readonly { readonly offset: bigint; readonly bits: Uint8Array }[];
}

const MAGIC = new TextEncoder().encode('SSHKRL\n\0');
const FORMAT_VERSION = 1;
const SECTION = { certificates: 1, keys: 2, sha1: 3, signature: 4, sha256: 5, extension: 255 } as const;
const CERTIFICATES = { serials: 0x20, range: 0x21, bitmap: 0x22, keyIds: 0x23, extension: 0x39 } as const;
const DAMAGED = 'is a damaged list of revoked keys';
const UNKNOWN = 'is a list of revoked keys with parts that are not known here';

function parseKrl(bytes: Uint8Array): ParsedRevokedKeys {
  const reader = new SshReader(bytes);
  const version = reader.uint32();
  const header = [reader.uint64(), reader.uint64(), reader.uint64(), reader.string(), reader.string()];
  if (header.includes(undefined)) return { ok: false, reason: DAMAGED };
  if (version !== FORMAT_VERSION) return { ok: false, reason: UNKNOWN };
  const sets: Record<number, Set<string>> = {
    [SECTION.keys]: new Set(),
    [SECTION.sha1]: new Set(),
    [SECTION.sha256]: new Set(),
  };
  const certificates: RevokedCertificates[] = [];
  while (!reader.isAtEnd) {
    const type = reader.byte();
    const body = reader.string();
    if (type === undefined || body === undefined) return { ok: false, reason: DAMAGED };
    const set = sets[type];
    if (set !== undefined) {
      const blobs = strings(body);
      if (blobs === undefined) return { ok: false, reason: DAMAGED };
      for (const blob of blobs) set.add(hex(blob));
    } else if (type === SECTION.certificates) {
      const section = parseCertificates(body);
      if (typeof section === 'string') return { ok: false, reason: section };
      certificates.push(section);
    } else if (type === SECTION.signature) {
      // The key that signed, and behind it its signature; ssh does not check them either.
      if (reader.string() === undefined) return { ok: false, reason: DAMAGED };
    } else if (type !== SECTION.extension || isCritical(body)) {
      return { ok: false, reason: UNKNOWN };
    }
  }
  const setOf = (type: number): ReadonlySet<string> => sets[type] ?? new Set();
  const revoked = {
    keys: setOf(SECTION.keys),
    sha1: setOf(SECTION.sha1),
    sha256: setOf(SECTION.sha256),
    certificates,
  };
  return { ok: true, revoked };
}

function parseCertificates(bytes: Uint8Array): RevokedCertificates | string {
  const reader = new SshReader(bytes);
  const authorityKey = reader.string();
  if (authorityKey === undefined || reader.string() === undefined) return DAMAGED;
  const keyIds = new Set<string>();
  const serialRanges: (readonly [bigint, bigint])[] = [];
  const serialBitmaps: { offset: bigint; bits: Uint8Array }[] = [];
  while (!reader.isAtEnd) {
    const type = reader.byte();
    const body = reader.string();
    if (type === undefined || body === undefined) return DAMAGED;
    const inner = new SshReader(body);
    if (type === CERTIFICATES.serials) {
      while (!inner.isAtEnd) {
        const serial = inner.uint64();
        if (serial === undefined) return DAMAGED;
        serialRanges.push([serial, serial]);
      }
    } else if (type === CERTIFICATES.range) {
      const [first, last] = [inner.uint64(), inner.uint64()];
      if (first === undefined || last === undefined || !inner.isAtEnd || first > last) return DAMAGED;
      serialRanges.push([first, last]);
    } else if (type === CERTIFICATES.bitmap) {
      const [offset, bits] = [inner.uint64(), inner.string()];
      if (offset === undefined || bits === undefined || !inner.isAtEnd) return DAMAGED;
      serialBitmaps.push({ offset, bits });
    } else if (type === CERTIFICATES.keyIds) {
      const ids = strings(body);
      if (ids === undefined) return DAMAGED;
      for (const id of ids) keyIds.add(new TextDecoder().decode(id));
    } else if (type !== CERTIFICATES.extension || isCritical(body)) {
      return UNKNOWN;
    }
  }
  const authority = authorityKey.length === 0 ? undefined : hex(authorityKey);
  return { authority, keyIds, serialRanges, serialBitmaps };
}

/** An extension: its name, whether one must know it, its contents. */
function isCritical(body: Uint8Array): boolean {
  const reader = new SshReader(body);
  return reader.string() === undefined || reader.byte() !== 0;
}

function strings(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const reader = new SshReader(bytes);
  const found: Uint8Array[] = [];
  while (!reader.isAtEnd) {
    const next = reader.string();
    if (next === undefined) return undefined;
    found.push(next);
  }
  return found;
}

function parseList(bytes: Uint8Array): ParsedRevokedKeys {
  const keys = new Set<string>();
  for (const [index, line] of new TextDecoder().decode(bytes).split('\n').entries()) {
    const [type, base64] = line.trim().split(/\s+/);
    if (type === undefined || type === '' || type.startsWith('#')) continue;
    const blob = base64 === undefined ? undefined : fromBase64(base64);
    if (blob === undefined || new SshReader(blob).text() !== type) {
      return { ok: false, reason: `holds no public key in line ${index + 1}` };
    }
    const certificate = parseSshCertificate(blob);
    keys.add(hex(certificate.ok ? certificate.certificate.key : blob));
  }
  return { ok: true, revoked: { keys, sha1: new Set(), sha256: new Set(), certificates: [] } };
}

function listsKey(revoked: RevokedKeys, key: Uint8Array, digest: HexDigest): boolean {
  return (
    revoked.keys.has(hex(key)) ||
    (revoked.sha1.size > 0 && revoked.sha1.has(digest('sha1', key))) ||
    (revoked.sha256.size > 0 && revoked.sha256.has(digest('sha256', key)))
  );
}

function listsCertificate(section: RevokedCertificates, { authorityKey, keyId, serial }: SshCertificate): boolean {
  if (section.authority !== undefined && section.authority !== hex(authorityKey)) return false;
  if (section.keyIds.has(keyId)) return true;
  // 0 is what an authority writes that gives no numbers.
  if (serial === 0n) return false;
  return (
    section.serialRanges.some(([first, last]) => first <= serial && serial <= last) ||
    section.serialBitmaps.some(({ offset, bits }) => serial >= offset && hasBit(bits, serial - offset))
  );
}

/** Bits of a number with its highest byte first. */
function hasBit(bits: Uint8Array, index: bigint): boolean {
  if (index >= BigInt(bits.length * 8)) return false;
  const at = Number(index);
  return (((bits[bits.length - 1 - Math.floor(at / 8)] ?? 0) >> (at % 8)) & 1) === 1;
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

import { matchesGlob } from './matchesGlob.ts';

/**
 * What the known_hosts files say about a key that a server shows. Format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
 * A host with keys of other types only counts as changed where those types could have been shown: a server that cannot show the key
 * that it had is as suspicious as one that shows another.
 */
export function judgeHostKey(
  entries: readonly KnownHostsEntry[],
  shown: ShownHostKey,
  hmacSha1: HmacSha1,
): HostKeyVerdict {
  const ofHost = entries.filter((entry) => namesHost(entry, shown.host, shown.port, hmacSha1));
  const withoutPort = shown.port === 22 ? [] : entriesWithoutPort(entries, shown.host, hmacSha1);
  const sameKey = (entry: KnownHostsEntry): boolean => entry.keyBase64 === shown.keyBase64;

  const revoked = [...ofHost, ...withoutPort].find((entry) => entry.marker === 'revoked' && sameKey(entry));
  if (revoked !== undefined) return { kind: 'revoked', place: revoked.place };
  const plain = ofHost.filter((entry) => entry.marker === undefined);
  const known = plain.find(sameKey);
  if (known !== undefined) return { kind: 'known', place: known.place };
  const other =
    plain.find((entry) => entry.keyType === shown.keyType) ??
    plain.find((entry) => shown.acceptedKeyTypes.includes(entry.keyType));
  if (other !== undefined) return { kind: 'changed', place: other.place, knownKeyBase64: other.keyBase64 };
  // As ssh does: on another port the host's own name counts for a key that is known, but not for one that is not.
  const elsewhere = withoutPort.find((entry) => entry.marker === undefined && sameKey(entry));
  if (elsewhere !== undefined) return { kind: 'known', place: elsewhere.place };
  const authority = [...ofHost, ...withoutPort].find((entry) => entry.marker === 'cert-authority');
  return authority === undefined ? { kind: 'unknown' } : { kind: 'unknown', certAuthority: authority.place };
}

/**
 * What the known_hosts files say about a host's certificate, by its authority: `trusted` leaves its contents to be judged. The line of
 * the host's name without a port counts on every port.
 */
export function judgeHostAuthority(
  entries: readonly KnownHostsEntry[],
  shown: {
    readonly host: string;
    readonly port: number;
    readonly keyBase64: string;
    readonly authorityBase64: string;
  },
  hmacSha1: HmacSha1,
): HostAuthorityVerdict {
  const ofHost = entriesOfEveryPort(entries, shown.host, shown.port, hmacSha1);
  const revoked = ofHost.find(
    ({ marker, keyBase64 }) =>
      marker === 'revoked' && (keyBase64 === shown.authorityBase64 || keyBase64 === shown.keyBase64),
  );
  if (revoked !== undefined) {
    return { kind: 'revoked', place: revoked.place, isAuthority: revoked.keyBase64 === shown.authorityBase64 };
  }
  const trusted = ofHost.find(
    ({ marker, keyBase64 }) => marker === 'cert-authority' && keyBase64 === shown.authorityBase64,
  );
  return trusted === undefined ? { kind: 'unknown' } : { kind: 'trusted', place: trusted.place };
}

/** Whether a certificate authority vouches for the host, so that its certificate should be asked for. */
export function hasHostAuthority(
  entries: readonly KnownHostsEntry[],
  host: string,
  port: number,
  hmacSha1: HmacSha1,
): boolean {
  return entriesOfEveryPort(entries, host, port, hmacSha1).some(({ marker }) => marker === 'cert-authority');
}

/** Types of the keys known for the host, most trusted file first, each once: the ones to ask the server for. */
export function knownKeyTypes(
  entries: readonly KnownHostsEntry[],
  host: string,
  port: number,
  hmacSha1: HmacSha1,
): readonly string[] {
  const ofHost = entries.filter((entry) => entry.marker === undefined && namesHost(entry, host, port, hmacSha1));
  return [...new Set(ofHost.map((entry) => entry.keyType))];
}

/** Reads one known_hosts file; lines that say nothing usable are left out, as ssh does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostsEntry[] {
  return text.split('\n').flatMap((rawLine, index): readonly KnownHostsEntry[] => {
    const fields = rawLine.trim().split(/\s+/);
    if (fields[0] === undefined || fields[0] === '' || fields[0].startsWith('#')) return [];
    const markerText = fields[0].startsWith('@') ? fields.shift() : undefined;
    const marker = markerText === undefined ? undefined : MARKERS.get(markerText.toLowerCase());
    if (markerText !== undefined && marker === undefined) return [];
    const [hosts, keyType, keyBase64] = fields;
    if (hosts === undefined || keyType === undefined || keyBase64 === undefined) return [];
    return [{ marker, hosts, keyType, keyBase64, place: { file, line: index + 1 } }];
  });
}

/** The line that remembers a key, with its line end; `hash` makes the name unreadable, as `HashKnownHosts` asks for. */
export function knownHostsLine(
  host: string,
  port: number,
  keyType: string,
  keyBase64: string,
  hash: (name: string) => string = (name) => name,
): string {
  return `${hash(knownHostsName(host, port))} ${keyType} ${keyBase64}\n`;
}

export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly place: KnownHostsPlace }
  /** `certAuthority`: a line that trusts the host by certificate, which a plain key is not. */
  | { readonly kind: 'unknown'; readonly certAuthority?: KnownHostsPlace }
  | { readonly kind: 'changed'; readonly place: KnownHostsPlace; readonly knownKeyBase64: string }
  | { readonly kind: 'revoked'; readonly place: KnownHostsPlace };

export type HostAuthorityVerdict =
  | { readonly kind: 'trusted'; readonly place: KnownHostsPlace }
  | { readonly kind: 'unknown' }
  /** The authority's key, or the host's own. */
  | { readonly kind: 'revoked'; readonly place: KnownHostsPlace; readonly isAuthority: boolean };

export interface ShownHostKey {
  readonly host: string;
  readonly port: number;
  /** The type inside the key, such as `ssh-rsa`; not the name of the signature. */
  readonly keyType: string;
  /** The key as known_hosts holds it. */
  readonly keyBase64: string;
  /** All key types that the client would have taken. */
  readonly acceptedKeyTypes: readonly string[];
}

export interface KnownHostsEntry {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** Comma-separated patterns, or one hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  readonly keyBase64: string;
  readonly place: KnownHostsPlace;
}

export interface KnownHostsPlace {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** No file, but what a program has printed; `file` says which. */
  readonly isPrinted?: boolean;
}

/** HMAC-SHA1 of the text under a base64 key, as base64. */
export type HmacSha1 = (keyBase64: string, text: string) => string;

const MARKERS: ReadonlyMap<string, 'revoked' | 'cert-authority'> = new Map([
  ['@revoked', 'revoked'],
  ['@cert-authority', 'cert-authority'],
]);

/** As the files hold it. */
export function knownHostsName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

function entriesOfEveryPort(
  entries: readonly KnownHostsEntry[],
  host: string,
  port: number,
  hmacSha1: HmacSha1,
): readonly KnownHostsEntry[] {
  const others = port === 22 ? [] : entriesWithoutPort(entries, host, hmacSha1);
  return entries.filter((entry) => namesHost(entry, host, port, hmacSha1) || others.includes(entry));
}

/** What counts on every port. As for ssh, a program that was asked about one port vouches for that one alone. */
function entriesWithoutPort(
  entries: readonly KnownHostsEntry[],
  host: string,
  hmacSha1: HmacSha1,
): readonly KnownHostsEntry[] {
  return entries.filter(
    ({ marker, place, ...entry }) =>
      (marker === 'revoked' || place.isPrinted !== true) && namesHost(entry, host, 22, hmacSha1),
  );
}

function namesHost(entry: Pick<KnownHostsEntry, 'hosts'>, host: string, port: number, hmacSha1: HmacSha1): boolean {
  const name = knownHostsName(host, port);
  if (entry.hosts.startsWith('|1|')) {
    const [, , salt, hash] = entry.hosts.split('|');
    return salt !== undefined && hash !== undefined && hmacSha1(salt, name) === hash;
  }
  let named = false;
  for (const pattern of entry.hosts.split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesGlob((negated ? pattern.slice(1) : pattern).toLowerCase(), name)) continue;
    if (negated) return false;
    named = true;
  }
  return named;
}

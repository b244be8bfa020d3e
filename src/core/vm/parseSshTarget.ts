/** Whom and where to reach; port 22 where none was written. */
export interface SshTarget {
  readonly user: string;
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

export type ParsedSshTarget =
  | { readonly ok: true; readonly target: SshTarget }
  /** One sentence for an input box. */
  | { readonly ok: false; readonly reason: string };

const DEFAULT_SSH_PORT = 22;

/** Reads `user@host`, `user@host:port`, `user@[ipv6]:port`, each also behind `ssh://`. */
export function parseSshTarget(text: string): ParsedSshTarget {
  const bare = text
    .trim()
    .replace(/^ssh:\/\//i, '')
    .replace(/\/$/, '');
  if (bare === '') return refuse('Write the VM as user@host or user@host:port.');
  const at = bare.lastIndexOf('@');
  if (at < 0) return refuse(`The user is missing: write user@${bare}.`);
  const user = bare.slice(0, at);
  if (user === '') return refuse(`The user is missing before "${bare}".`);
  const userReason = userProblem(user);
  if (userReason !== undefined) return refuse(userReason);

  const address = splitAddress(bare.slice(at + 1));
  if (!address.ok) return address;
  const hostReason = hostProblem(address.host);
  if (hostReason !== undefined) return refuse(hostReason);
  const port = address.port === undefined ? DEFAULT_SSH_PORT : parsePort(address.port);
  if (port === undefined) return refuse(`"${address.port}" is not a port: write a number from 1 to 65535.`);
  return { ok: true, target: { user, host: address.host, port } };
}

/** `user@host`, with the port where it is not 22 and brackets where they are needed. */
export function formatSshTarget(target: SshTarget): string {
  return `${target.user}@${formatHostPort(target.host, target.port, DEFAULT_SSH_PORT)}`;
}

/** `host:port`, or only the host where the port is `silentPort`; IPv6 addresses in brackets where a port follows. */
export function formatHostPort(host: string, port: number, silentPort?: number): string {
  if (port === silentPort) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An IPv6 address as everybody writes it (RFC 5952), which is how ssh asks known_hosts for it; any other host as it is. */
export function plainAddress(host: string): string {
  const [address = '', zone] = host.split('%');
  // Addresses that hold one of IPv4 keep its dots.
  if (!isIpv6(host) || address.includes('.')) return host;
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  return zone === undefined ? plain : `${plain}%${zone}`;
}

/** Why the text cannot be a login name on a VM, or `undefined` where it can. */
export function userProblem(user: string): string | undefined {
  if (user === '') return 'The user is missing.';
  const bad = firstBadCharacter(user, /[\p{L}\p{N}._+@\\-]/u);
  if (bad !== undefined) return `The user "${user}" holds ${bad}, which a user name cannot.`;
  if (user.startsWith('-')) return `The user "${user}" cannot begin with "-".`;
  return undefined;
}

/** Why the text can be neither a host name nor an address, or `undefined` where it can. */
export function hostProblem(host: string): string | undefined {
  if (host === '') return 'The host is missing.';
  if (host.includes(':')) return isIpv6(host) ? undefined : `"${host}" is not an IPv6 address.`;
  const bad = firstBadCharacter(host, /[\p{L}\p{N}._-]/u);
  if (bad !== undefined) return `The host "${host}" holds ${bad}, which a host name cannot.`;
  if (host.startsWith('-') || host.startsWith('.')) return `The host "${host}" cannot begin with "${host[0]}".`;
  if (host.length > 253) return 'The host name is longer than 253 characters.';
  return undefined;
}

/** A whole number from 1 to 65535, or `undefined`. */
export function parsePort(text: string): number | undefined {
  if (!/^[0-9]{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

type SplitAddress =
  | { readonly ok: true; readonly host: string; readonly port: string | undefined }
  | { readonly ok: false; readonly reason: string };

function splitAddress(address: string): SplitAddress {
  if (address.startsWith('[')) {
    const close = address.indexOf(']');
    if (close < 0) return refuse(`The closing "]" is missing in "${address}".`);
    const rest = address.slice(close + 1);
    const host = address.slice(1, close);
    if (!isIpv6(host)) return refuse(`"${host}" is not an IPv6 address.`);
    if (rest === '') return { ok: true, host, port: undefined };
    if (!rest.startsWith(':')) return refuse(`"${rest}" after "]" is not a port: write [${host}]:22.`);
    return { ok: true, host, port: rest.slice(1) };
  }
  if (isIpv6(address)) return { ok: true, host: address, port: undefined };
  const colon = address.indexOf(':');
  const host = colon < 0 ? address : address.slice(0, colon);
  if (host === '') return refuse(colon < 0 ? 'The host is missing.' : `The host is missing before "${address}".`);
  return { ok: true, host, port: colon < 0 ? undefined : address.slice(colon + 1) };
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

function firstBadCharacter(text: string, allowed: RegExp): string | undefined {
  for (const character of text) {
    if (allowed.test(character)) continue;
    return /\s/.test(character) ? 'a space' : `"${character}"`;
  }
  return undefined;
}

function isIpv6(text: string): boolean {
  const withoutZone = text.replace(/%[A-Za-z0-9._-]+$/, '');
  return withoutZone.includes(':') && /^[0-9A-Fa-f:.]+$/.test(withoutZone) && URL.canParse(`http://[${withoutZone}]/`);
}

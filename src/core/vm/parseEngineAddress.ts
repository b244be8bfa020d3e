import { hostProblem, parsePort, userProblem } from './parseSshTarget.ts';

/** An engine's address as Docker writes it (`DOCKER_HOST`, `Host` of a context). */
export type EngineAddress =
  /** A socket or a Windows pipe of this machine; an empty path means the standard one. */
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number | undefined;
      /** Written as `https://`; for `tcp://` the certificates decide. */
      readonly usesTls: boolean;
      /** What stands before each path of the API, such as `/docker`; empty for nothing. */
      readonly basePath: string;
    }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly port?: number;
      readonly user?: string;
      /** The engine's socket on that machine. */
      readonly socketPath?: string;
    }
  /** `reason`: one sentence that names the address. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Reads `unix://`, `npipe://`, `tcp://`, `http(s)://` and `ssh://[user@]host[:port][/socket]`; without a scheme it is `tcp://`, as for the docker CLI. */
export function parseEngineAddress(written: string): EngineAddress {
  const address = hidePassword(written);
  const [, scheme = 'tcp', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(written.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'unix':
      return { kind: 'socket', path: rest };
    case 'npipe':
      return { kind: 'socket', path: rest.replaceAll('/', '\\') };
    case 'tcp':
    case 'http':
      return parseTcp(address, rest, false);
    case 'https':
      return parseTcp(address, rest, true);
    case 'ssh':
      return parseSsh(address, rest);
    default:
      return unusable(`"${address}" is no address of a Docker Engine: it can begin with unix, npipe, tcp or ssh.`);
  }
}

function parseTcp(address: string, rest: string, usesTls: boolean): EngineAddress {
  const place = splitPlace(rest);
  if (place === undefined || place.user !== undefined) return unusable(`"${address}" is not tcp://host:port.`);
  const { host, path } = place;
  const port = place.port === undefined ? undefined : parsePort(place.port);
  const reason = hostProblem(host) ?? portProblem(place.port, port);
  if (reason !== undefined) return unusable(`"${address}" cannot be used. ${reason}`);
  return { kind: 'tcp', host, port, usesTls, basePath: path.replace(/\/+$/, '') };
}

// What the docker CLI takes (cli/connhelper/ssh), and what it refuses: a password, a query, a fragment.
function parseSsh(address: string, rest: string): EngineAddress {
  const place = splitPlace(rest);
  if (place === undefined) return unusable(`"${address}" is not ssh://user@host:port.`);
  const { host, path, user } = place;
  if (user?.includes(':') === true) return unusable(`"${address}" holds a password, which an address cannot.`);
  const port = place.port === undefined ? undefined : parsePort(place.port);
  const reason =
    hostProblem(host) ?? (user === undefined ? undefined : userProblem(user)) ?? portProblem(place.port, port);
  if (reason !== undefined) return unusable(`"${address}" cannot be used. ${reason}`);
  return {
    kind: 'ssh',
    host,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(/[^/]/.test(path) ? { socketPath: path } : {}),
  };
}

interface Place {
  readonly user: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
  /** With its leading slash, or empty. */
  readonly path: string;
}

function splitPlace(rest: string): Place | undefined {
  const parts = /^(?:([^@/]*)@)?(?:\[([^\]/]*)\]|([^:/@[\]?#]*))(?::([^/?#@]*))?(\/[^?#]*)?$/.exec(rest);
  if (parts === null) return undefined;
  const [, user, bracketed, plain = '', port, path = ''] = parts;
  const decoded = { user: user === undefined ? undefined : decode(user), path: decode(path) };
  if (decoded.path === undefined || (user !== undefined && decoded.user === undefined)) return undefined;
  return { host: bracketed ?? plain, port, user: decoded.user, path: decoded.path };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function portProblem(written: string | undefined, port: number | undefined): string | undefined {
  if (written === undefined || port !== undefined) return undefined;
  return `"${written}" is not a port: write a number from 1 to 65535.`;
}

/** The address as a message may show it. */
export function hidePassword(address: string): string {
  return address.replace(/(^(?![A-Za-z][\w+.-]*:\/\/)|\/\/)([^:@/]*):.*@/s, '$1$2:***@');
}

function unusable(reason: string): EngineAddress {
  return { kind: 'unusable', reason };
}

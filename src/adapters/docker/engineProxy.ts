import { BlockList, isIP } from 'node:net';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';

/** A proxy of the environment, through which an engine over TCP is reached. */
export interface EngineProxy {
  readonly kind: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  readonly login?: { readonly user: string; readonly password: string };
  /** The variable that names it. */
  readonly variable: string;
}

export interface EnginePlace {
  readonly host: string;
  readonly port: number;
  readonly usesTls: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the docker CLI (28) would use, by the rules of Go's HTTP client (golang.org/x/net/http/httpproxy): `HTTPS_PROXY` for an
 * engine with TLS, `HTTP_PROXY` for one without, unless `NO_PROXY` names the host; never for this machine. `ALL_PROXY` is not among them.
 * @throws ConnectionError where the variable holds no address.
 */
export function engineProxy({ host, port, usesTls }: EnginePlace, variables: Variables): EngineProxy | undefined {
  const names = usesTls ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const variable = names.find((name) => (variables[name] ?? '') !== '');
  if (variable === undefined || isThisMachine(host)) return undefined;
  if (isExcepted(host, port, variables['NO_PROXY'] || variables['no_proxy'] || '')) return undefined;
  return parseProxy(variable, variables[variable] ?? '');
}

/** Without its user and password. */
export function proxyAddress({ kind, host, port }: EngineProxy): string {
  return `${kind}://${formatHostPort(host, port)}`;
}

function parseProxy(variable: string, text: string): EngineProxy {
  const url = urlOf(text) ?? (text.includes('://') ? undefined : urlOf(`http://${text}`));
  if (url === undefined) {
    throw new ConnectionError('other', `The environment variable ${variable} holds no address of a proxy.`, {
      remedy: 'Write http://host:port into it, or take it away, and start this program anew.',
    });
  }
  const scheme = url.protocol.slice(0, -1);
  const kind = scheme === 'https' ? 'https' : /^socks5h?$/.test(scheme) ? 'socks5' : 'http';
  const login = { user: decoded(url.username), password: decoded(url.password) };
  return {
    kind,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORTS[kind] : Number(url.port),
    ...(login.user === '' && login.password === '' ? {} : { login }),
    variable,
  };
}

const DEFAULT_PORTS = { http: 80, https: 443, socks5: 1080 } as const;

function urlOf(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // "proxy:3128" is a URL too, of a scheme "proxy".
  return url === undefined || url.hostname === '' ? undefined : url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || isAmong(host, (list) => list.addSubnet('127.0.0.0', 8)) || isSame(host, '::1');
}

/** Whether one of the names, addresses and networks of `NO_PROXY`, with or without a port, stands for the host. */
function isExcepted(host: string, port: number, exceptions: string): boolean {
  return exceptions
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry === '*' || isExceptedBy(entry, host.toLowerCase(), port));
}

function isExceptedBy(entry: string, host: string, port: number): boolean {
  const [, network = '', bits] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  const version = isIP(network);
  if (version !== 0) {
    const isPossible = Number(bits) <= (version === 4 ? 32 : 128);
    return isPossible && isAmong(host, (list) => list.addSubnet(network, Number(bits), familyOf(network)));
  }
  // An address of IPv6 without brackets has no port.
  const [, bracketed, plain, onlyPort] =
    isIP(entry) === 0 ? (/^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? []) : [entry, entry];
  const name = bracketed ?? plain ?? '';
  if (name === '' || (onlyPort !== undefined && Number(onlyPort) !== port)) return false;
  if (isIP(name) !== 0) return isSame(host, name);
  const suffix = name.startsWith('*.') ? name.slice(1) : name;
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function isSame(host: string, address: string): boolean {
  return isAmong(host, (list) => list.addAddress(address, familyOf(address)));
}

function isAmong(host: string, add: (list: BlockList) => void): boolean {
  if (isIP(host) === 0) return false;
  const list = new BlockList();
  add(list);
  return list.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

import { type IncomingMessage, request } from 'node:http';
import { connect, isIP, isIPv4, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import { type EngineProxy, proxyAddress } from './engineProxy.ts';
import { opened } from './opened.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

/** Value of the header `Proxy-Authorization`. */
export function proxyAuthorization({ login }: EngineProxy): string | undefined {
  if (login === undefined) return undefined;
  return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
}

/** A connection to a proxy that is told of each request by itself. @throws ConnectionError (rejects). */
export async function openProxy(proxy: EngineProxy, target: ProxyTarget): Promise<Socket> {
  const { kind, host, port } = proxy;
  try {
    if (kind !== 'https') return await opened(connect({ host, port, noDelay: true }), 'connect');
    const name = isIP(host) === 0 ? { servername: host } : {};
    return await opened(connectTls({ host, port, ...name }), 'secureConnect');
  } catch (cause) {
    throw failed(proxy, target, 'cannot be used', cause);
  }
}

/** A connection through a proxy to the target, as if there were none. @throws ConnectionError (rejects). */
export async function openThroughProxy(proxy: EngineProxy, target: ProxyTarget): Promise<Socket> {
  const socket = await openProxy(proxy, target);
  const timer = setTimeout(() => socket.destroy(new Error('it did not answer in time')), HANDSHAKE_TIMEOUT_MS);
  try {
    return await (proxy.kind === 'socks5' ? askSocks : askHttp)(socket, proxy, target);
  } catch (cause) {
    socket.on('error', () => {});
    socket.destroy();
    throw cause instanceof ConnectionError ? cause : failed(proxy, target, 'does not let us through', cause);
  } finally {
    clearTimeout(timer);
  }
}

function failed(proxy: EngineProxy, { host, port }: ProxyTarget, what: string, cause: unknown): ConnectionError {
  const reason = cause instanceof AggregateError ? cause.errors[0] : cause;
  const words = (reason as NodeJS.ErrnoException).code ?? (reason as Error).message;
  return new ConnectionError(
    'unreachable',
    `tcp://${formatHostPort(host, port)} is reached through the proxy ${proxyAddress(proxy)} (${proxy.variable}), which ${what}: ${words}.`,
    {
      remedy: `Correct ${proxy.variable}, or name "${host}" in NO_PROXY, and start this program anew.`,
      cause,
    },
  );
}

function askHttp(socket: Socket, proxy: EngineProxy, { host, port }: ProxyTarget): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const authorization = proxyAuthorization(proxy);
    const path = formatHostPort(host, port);
    request({
      method: 'CONNECT',
      path,
      headers: { Host: path, ...(authorization === undefined ? {} : { 'Proxy-Authorization': authorization }) },
      // The name of a socket keeps VS Code's own proxy agent out.
      socketPath: '/proxy',
      createConnection: () => socket,
    })
      .once('connect', (response: IncomingMessage, tunnel: Socket, head: Buffer) => {
        const { statusCode = 0, statusMessage = '' } = response;
        if (statusCode < 200 || statusCode > 299)
          return reject(new Error(`HTTP ${statusCode} ${statusMessage}`.trim()));
        if (head.length > 0) tunnel.unshift(head);
        resolve(tunnel);
      })
      .once('error', reject)
      .end();
  });
}

const SOCKS = 5;
const LOGIN_VERSION = 1;
const NO_LOGIN = 0;
const WITH_LOGIN = 2;
const CONNECT = 1;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 } as const;

// RFC 1928, section 6.
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [2, 'its rules do not allow it'],
  [3, 'the network is unreachable from there'],
  [4, 'the host is unreachable from there'],
  [5, 'the connection was refused'],
  [6, 'the connection timed out'],
]);

/** RFC 1928, with user and password as in RFC 1929. The proxy resolves the name, as for the docker CLI. */
async function askSocks(socket: Socket, { login }: EngineProxy, { host, port }: ProxyTarget): Promise<Socket> {
  const methods = login === undefined ? [NO_LOGIN] : [NO_LOGIN, WITH_LOGIN];
  socket.write(Buffer.from([SOCKS, methods.length, ...methods]));
  const [version, method = 255] = await read(socket, 2);
  if (version !== SOCKS) throw new Error('it does not speak SOCKS 5');
  if (!methods.includes(method)) throw new Error(login === undefined ? 'it wants a login' : 'it takes no password');
  if (method === WITH_LOGIN && login !== undefined) {
    socket.write(Buffer.concat([Buffer.from([LOGIN_VERSION]), lengthAnd(login.user), lengthAnd(login.password)]));
    if ((await read(socket, 2))[1] !== 0) throw new Error('it refused user and password');
  }
  const place = isIP(host) === 0 ? [Buffer.from([ADDRESS.name]), lengthAnd(host)] : [addressBytes(host)];
  socket.write(Buffer.concat([Buffer.from([SOCKS, CONNECT, 0]), ...place, Buffer.from([port >> 8, port & 255])]));
  const [, code = 1, , kind] = await read(socket, 4);
  if (code !== 0) throw new Error(REFUSALS.get(code) ?? `SOCKS error ${code}`);
  // Where it listens for us: of no use here.
  const length = kind === ADDRESS.name ? ((await read(socket, 1))[0] ?? 0) : kind === ADDRESS.ipv6 ? 16 : 4;
  await read(socket, length + 2);
  return socket;
}

function lengthAnd(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new Error('the name, the user or the password is too long for it');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function addressBytes(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([ADDRESS.ipv4, ...host.split('.').map(Number)]);
  // The spelling of `URL` has no embedded IPv4 and at most one gap.
  const [left = '', right] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(left), groups(right ?? '')];
  const gap = right === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  const words = [...before, ...gap, ...after].map((group) => Number.parseInt(group, 16));
  return Buffer.from([ADDRESS.ipv6, ...words.flatMap((word) => [word >> 8, word & 255])]);
}

/** Exactly so many bytes; what follows stays in the socket. */
function read(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      socket.removeListener('readable', onReadable).removeListener('error', fail).removeListener('close', onClose);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const onClose = (): void => fail(new Error('it closed the connection'));
    const onReadable = (): void => {
      const bytes = socket.read(length) as Buffer | null;
      if (bytes === null) return;
      settle();
      resolve(bytes);
    };
    socket.on('readable', onReadable).on('error', fail).on('close', onClose);
    onReadable();
  });
}

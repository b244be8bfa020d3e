import { type IncomingMessage, request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SocksClient } from 'socks';
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

/** The proxy resolves the name, as for the docker CLI. */
async function askSocks(socket: Socket, { host, port, login }: EngineProxy, target: ProxyTarget): Promise<Socket> {
  const user = login === undefined ? {} : { userId: login.user, password: login.password };
  const answer = await SocksClient.createConnection({
    proxy: { host, port, type: 5, ...user },
    command: 'connect',
    destination: { host: target.host, port: target.port },
    existing_socket: socket,
    timeout: HANDSHAKE_TIMEOUT_MS,
  });
  return answer.socket;
}

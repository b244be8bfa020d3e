import { X509Certificate } from 'node:crypto';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import type { TcpEndpoint, TlsFiles } from './EngineEndpoint.ts';
import type { EngineTransport } from './EngineTransport.ts';
import { explainTcpEngine, unusableTlsFiles } from './engineErrors.ts';
import { type EngineProxy, engineProxy, proxyAddress } from './engineProxy.ts';
import { opened } from './opened.ts';
import { openProxy, openThroughProxy, proxyAuthorization } from './openThroughProxy.ts';
import { MAX_CONNECTIONS } from './socketTransport.ts';
import { tcpAddress } from './tcpAddress.ts';

// A cut is noticed 10 s after that at the latest: Node asks every second then, ten times.
const KEEPALIVE_AFTER_MS = 5000;

/**
 * An engine over TCP. `source` says where the address stands, such as `the Docker context "prod"`; `onSilence` is told where the other
 * end of an open connection no longer answers: nobody there says that it is gone.
 */
export function tcpTransport(
  endpoint: TcpEndpoint,
  source: string,
  onSilence: (error: Error) => void,
): EngineTransport {
  const { host, port, tls } = endpoint;
  const address = tcpAddress(endpoint);
  const proxy = engineProxy({ host, port, usesTls: tls !== undefined }, process.env);
  // Without TLS an HTTP proxy reads the requests, which name the whole address; else it only passes bytes on.
  const readingProxy = tls === undefined && proxy?.kind !== 'socks5' ? proxy : undefined;
  let secureContext: SecureContext | undefined;
  let hasAnswered = false;
  return {
    engineName: `the Docker Engine at ${address}${proxy === undefined ? '' : ` behind the proxy ${proxyAddress(proxy)}`}`,
    maxConnections: MAX_CONNECTIONS,
    ...requestParts(endpoint, readingProxy),
    connect: async () => {
      if (readingProxy !== undefined) return alive(await openProxy(readingProxy, endpoint), onSilence);
      const tunnel = proxy === undefined ? undefined : await openThroughProxy(proxy, endpoint);
      if (tls === undefined) {
        return alive(tunnel ?? (await opened(connectSocket({ host, port }), 'connect')), onSilence);
      }
      secureContext ??= secureContextOf(tls, source);
      const socket = connectTls({
        host,
        port,
        ...(tunnel === undefined ? {} : { socket: tunnel }),
        secureContext,
        rejectUnauthorized: tls.verify,
        // An address is no server name (RFC 6066, section 3).
        ...(isIP(host) === 0 ? { servername: host } : {}),
      });
      return alive(await opened(socket, 'secureConnect'), onSilence);
    },
    greeted: () => {
      hasAnswered = true;
    },
    explain: (cause) => explainTcpEngine({ address, host, tls, source, hasAnswered }, cause),
  };
}

/** What stands in each request: for a proxy that reads them, the engine's address and who we are. */
function requestParts(
  { host, port, basePath }: TcpEndpoint,
  proxy: EngineProxy | undefined,
): Pick<EngineTransport, 'basePath' | 'headers'> {
  if (proxy === undefined) return basePath === undefined ? {} : { basePath };
  const authorization = proxyAuthorization(proxy);
  const place = formatHostPort(host, port);
  return {
    basePath: `http://${place}${basePath ?? ''}`,
    headers: { Host: place, ...(authorization === undefined ? {} : { 'Proxy-Authorization': authorization }) },
  };
}

function secureContextOf({ ca, cert, key, folder }: TlsFiles, source: string): SecureContext {
  // As the docker CLI does: a certificate without its key, or the reverse, is not used.
  const own = cert === undefined || key === undefined ? {} : { cert, key };
  if (ca !== undefined && !isCertificate(ca))
    throw unusableTlsFiles('ca.pem holds no certificate', folder, source, undefined);
  try {
    return createSecureContext({ minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }), ...own });
  } catch (cause) {
    const isEncrypted = key?.includes('ENCRYPTED') === true;
    const problem = isEncrypted
      ? 'key.pem is encrypted'
      : 'ca.pem, cert.pem and key.pem are not whole or do not fit together';
    throw unusableTlsFiles(problem, folder, source, cause);
  }
}

/** Node leaves an authority that it cannot read out, without a word. */
function isCertificate(pem: Buffer): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** Small packets go at once, and an end that no longer answers is noticed, also where nothing is sent. */
function alive(socket: Socket, onSilence: (error: Error) => void): Socket {
  socket.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ETIMEDOUT' || error.code === 'EHOSTUNREACH') onSilence(error);
  });
  return socket.setNoDelay(true).setKeepAlive(true, KEEPALIVE_AFTER_MS);
}

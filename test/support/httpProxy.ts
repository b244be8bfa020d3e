import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface HttpProxy {
  readonly port: number;
  /** `METHOD address` of each request, those behind `CONNECT` apart. */
  readonly asked: string[];
  close(): void;
}

/** A proxy for HTTP that passes on whole addresses and `CONNECT`, for whoever gives `login` (`user:password`). */
export async function startHttpProxy(login: string): Promise<HttpProxy> {
  const asked: string[] = [];
  const expected = `Basic ${Buffer.from(login).toString('base64')}`;
  const tunnels = new Set<Socket>();
  const server: Server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { 'proxy-authorization': authorization, ...headers } = incoming.headers;
    if (authorization !== expected || !URL.canParse(incoming.url ?? '')) {
      answer.writeHead(407, { 'Proxy-Authenticate': 'Basic' }).end();
      return;
    }
    const outgoing = request(incoming.url ?? '', { method: incoming.method ?? 'GET', headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers).flushHeaders();
      response.pipe(answer);
    });
    incoming.pipe(outgoing.on('error', () => answer.destroy()));
    answer.on('close', () => outgoing.destroy());
  });
  server.on('connect', ({ url = '', headers }, inner: Socket) => {
    asked.push(`CONNECT ${url}`);
    if (headers['proxy-authorization'] !== expected) {
      inner.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`tcp://${url}`);
    const outer = connect(Number(port), hostname, () => inner.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    inner.pipe(outer).pipe(inner);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      tunnels.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () => {
      server.close().closeAllConnections();
      for (const socket of tunnels) socket.destroy();
    },
  };
}

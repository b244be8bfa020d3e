import { connect, createServer, type NetConnectOpts, type Server } from 'node:net';
import type { Certificate, EngineAuthority } from './engineCertificates.ts';
import type { TestHost } from './hosts/testHosts.ts';

/** The port that Docker names for TLS. */
export const tlsPort = 2376;

/** Restarts a host's engine so that it listens on the network too, for clients with a certificate of the authority alone. */
export async function serveOverTls(host: TestHost, authority: EngineAuthority, server: Certificate): Promise<void> {
  await host.writeFile('/etc/docker/tls/ca.pem', authority.certificate);
  await host.writeFile('/etc/docker/tls/cert.pem', server.cert);
  await host.writeFile('/etc/docker/tls/key.pem', server.key);
  const settings = {
    hosts: ['unix:///var/run/docker.sock', 'unix:///run/second/docker.sock', `tcp://0.0.0.0:${tlsPort}`],
    tlsverify: true,
    tlscacert: '/etc/docker/tls/ca.pem',
    tlscert: '/etc/docker/tls/cert.pem',
    tlskey: '/etc/docker/tls/key.pem',
  };
  await host.writeFile('/etc/docker/daemon.json', JSON.stringify(settings));
  await host.console(['mkdir', '-p', '/run/second']);
  await host.stopEngine();
  await host.startEngine();
}

export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** A port of this machine that leads elsewhere, byte by byte. */
export async function relayTo(target: NetConnectOpts, listenOn = '127.0.0.1'): Promise<Relay> {
  const server: Server = createServer((inner) => {
    const outer = connect(target);
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => outer.destroy()).on('close', () => outer.destroy());
    outer.on('error', () => inner.destroy()).on('close', () => inner.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, listenOn, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

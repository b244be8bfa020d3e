import type { ConnectionError } from '../../application/ConnectionError.ts';
import { DockerEngine } from './DockerEngine.ts';
import type { SocketEndpoint, TcpEndpoint } from './EngineEndpoint.ts';
import type { EngineTransport } from './EngineTransport.ts';
import { socketTransport } from './socketTransport.ts';

export interface OpenedEngine {
  readonly engine: DockerEngine;
  /** As `Machine.closed`: also where no new connection can be opened, so that address and certificates are read anew. */
  readonly closed: Promise<ConnectionError | undefined>;
  close(): Promise<void>;
}

/** The engine at an endpoint. `source` says where the address stands, such as `the Docker context "prod"`. @throws ConnectionError (rejects). */
export async function openEndpointEngine(
  endpoint: SocketEndpoint | TcpEndpoint,
  source: string,
  signal?: AbortSignal,
): Promise<OpenedEngine> {
  let tellClosed: (reason: ConnectionError | undefined) => void = () => {};
  const closed = new Promise<ConnectionError | undefined>((resolve) => {
    tellClosed = resolve;
  });
  const onSilence = (error: Error): void => tellClosed(transport.explain(error));
  const transport: EngineTransport =
    endpoint.kind === 'socket'
      ? socketTransport(endpoint)
      : // With TLS and proxies, which most machines never need.
        (await import('./tcpTransport.ts')).tcpTransport(endpoint, source, onSilence);
  const engine = await DockerEngine.open(
    {
      ...transport,
      connect: async () => {
        try {
          return await transport.connect();
        } catch (error) {
          if (!isShortage(error)) tellClosed(transport.explain(error));
          throw error;
        }
      },
      explain: (cause) => {
        const explained = transport.explain(cause);
        // With TLS 1.3 a refused certificate shows only after the connection was opened.
        if (explained.problem === 'tlsFailed') tellClosed(explained);
        return explained;
      },
    },
    signal === undefined ? {} : { signal },
  );
  void closed.then(() => engine.close());
  return { engine, closed, close: async () => tellClosed(undefined) };
}

/** This machine is short of something for a moment; that says nothing about the engine. */
function isShortage(error: unknown): boolean {
  return /^(?:EAGAIN|EMFILE|ENFILE|ENOBUFS|ENOMEM|EADDRNOTAVAIL)$/.test((error as NodeJS.ErrnoException).code ?? '');
}

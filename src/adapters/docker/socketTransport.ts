import { connect } from 'node:net';
import type { SocketEndpoint } from './EngineEndpoint.ts';
import type { EngineTransport } from './EngineTransport.ts';
import { explainSocketEngine } from './engineErrors.ts';
import { opened } from './opened.ts';

/** To an engine for calls, and as many for streams. */
export const MAX_CONNECTIONS = 64;

/** A socket or a Windows pipe of this machine. */
export function socketTransport({ path }: SocketEndpoint): EngineTransport {
  return {
    engineName: `the Docker Engine at ${path}`,
    maxConnections: MAX_CONNECTIONS,
    connect: () => opened(connect({ path }), 'connect'),
    explain: (cause) => explainSocketEngine(path, cause),
  };
}

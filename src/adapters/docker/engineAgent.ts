import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EngineTransport } from './EngineTransport.ts';

// What a burst of calls leaves open is there for the next one; in quiet times a few are enough.
const QUIET_AFTER_MS = 10_000;
const MAX_QUIET_CONNECTIONS = 8;

/**
 * Every request names a socket path, although the agent opens the connections: VS Code's extension host puts its proxy's agent in the
 * place of ours for all requests that name none (`http.proxySupport`, on by default).
 */
export const ENGINE_SOCKET_PATH = '/engine';

/** An HTTP agent whose connections are the transport's: kept alive, and the one used last is used first. */
export function engineAgent(transport: EngineTransport, quietAfterMs = QUIET_AFTER_MS): Agent {
  const agent = new Agent({
    keepAlive: true,
    scheduling: 'lifo',
    maxSockets: transport.maxConnections,
    maxFreeSockets: transport.maxConnections,
  });
  closeMostInQuiet(agent, quietAfterMs);
  const open = (_options: unknown, callback: (error: Error | null, connection?: Duplex) => void): undefined => {
    transport.connect().then(
      (connection) => callback(null, withSocketMethods(connection)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  };
  return Object.assign(agent, {
    createConnection: open,
  });
}

/** HTTP calls these methods of TCP sockets on its connections; SSH channels do not have them. */
function withSocketMethods(connection: Duplex): Duplex {
  const socket = connection as Duplex & Record<string, unknown>;
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
    if (typeof socket[name] !== 'function') socket[name] = () => socket;
  }
  if (typeof socket['destroySoon'] !== 'function') socket['destroySoon'] = () => socket.destroy();
  return socket;
}

function closeMostInQuiet(agent: Agent, quietAfterMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  const closeMost = (): void => {
    timer = undefined;
    for (const unused of Object.values(agent.freeSockets)) {
      for (const connection of unused?.slice(0, -MAX_QUIET_CONNECTIONS) ?? []) connection.destroy();
    }
  };
  agent.on('free', () => {
    if (timer !== undefined) timer.refresh();
    else timer = setTimeout(closeMost, quietAfterMs).unref();
  });
}

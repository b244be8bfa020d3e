import { createServer, type Server, type Socket } from 'node:net';
import type { LocalListener } from '../../application/ports/LocalListener.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';

/** Listens on 127.0.0.1 of this machine. */
export const localListener: LocalListener = {
  listen: async (preferredPort, onConnection) => {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => {});
      onConnection(socket);
    });
    try {
      await listenOn(server, preferredPort).catch(() => listenOn(server, 0));
    } catch (cause) {
      throw new UserFacingError('No local port could be opened for the tunnel.', {
        remedy: 'Close programs that hold many connections, then retry.',
        cause,
      });
    }
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : preferredPort;
    return { port, close: () => closeAll(server, sockets) };
  },
};

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(error);
    server.once('error', onError);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.removeListener('error', onError);
      server.on('error', () => {});
      resolve();
    });
  });
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}

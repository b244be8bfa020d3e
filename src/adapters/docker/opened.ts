import type { Socket } from 'node:net';

const CONNECT_TIMEOUT_MS = 10_000;

/** Resolves with the socket once the event comes. Rejects with the socket's error, or with `ETIMEDOUT`. */
export function opened<OpenedSocket extends Socket>(
  socket: OpenedSocket,
  event: 'connect' | 'secureConnect',
): Promise<OpenedSocket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error: NodeJS.ErrnoException = new Error(`No answer within ${CONNECT_TIMEOUT_MS / 1000} s.`);
      error.code = 'ETIMEDOUT';
      socket.destroy(error);
    }, CONNECT_TIMEOUT_MS);
    const onError = (error: Error): void => {
      clearTimeout(timer);
      // A socket may fail twice; nobody listens any more.
      socket.on('error', () => {});
      reject(error);
    };
    socket.once('error', onError);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      resolve(socket);
    });
  });
}

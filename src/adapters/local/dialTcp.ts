import { connect, type Socket } from 'node:net';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** A TCP connection from this machine. @throws ConnectionError (rejects) where nothing answers. */
export function dialTcp(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('No answer in time.')), CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (cause) => {
      clearTimeout(timer);
      reject(
        new ConnectionError('other', `Nothing answers at ${formatHostPort(host, port)}.`, {
          remedy:
            'Check that the container runs and publishes the port, and that no firewall keeps it shut, then retry.',
          cause,
        }),
      );
    });
  });
}

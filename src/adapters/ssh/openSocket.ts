import { connect, isIP, type Socket } from 'node:net';
import { explainSocketError, nameServerSilent, type SshAddress, timedOut } from './connectErrors.ts';

export interface OpenSocketOptions {
  readonly timeoutMs: number;
  /** After this silence the system asks the peer each second whether it is there, ten times (`net.Socket.setKeepAlive`). */
  readonly keepAliveAfterMs: number;
}

/**
 * Dials until one of the calls is answered. A call that gets no answer is made again every two seconds, beside the first one: the system
 * repeats its own ever more seldom, and a network that is back should be noticed at once.
 */
export function openSocket(
  address: SshAddress,
  { timeoutMs, keepAliveAfterMs }: OpenSocketOptions,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const calls = new Set<Socket>();
    let isResolved = isIP(address.host) !== 0;
    const settle = (chosen: Socket | undefined): void => {
      clearTimeout(timer);
      clearInterval(redialing);
      signal?.removeEventListener('abort', onAbort);
      for (const call of calls) {
        call.removeAllListeners();
        if (call === chosen) continue;
        // A second error may follow; nobody is left to hear it.
        call.on('error', () => {});
        call.destroy();
      }
    };
    const fail = (reason: unknown): void => {
      settle(undefined);
      reject(reason);
    };
    const dial = (): void => {
      // Without noDelay each small packet waits for the peer's acknowledgement: 40 ms a call. ssh2 leaves it off on its own sockets.
      const call = connect({
        host: address.host,
        port: address.port,
        noDelay: true,
        keepAlive: true,
        // In whole seconds, and 0 would leave it to the system: two hours.
        keepAliveInitialDelay: Math.max(keepAliveAfterMs, 1000),
      });
      calls.add(call);
      call.once('error', (error) => fail(explainSocketError(error, address)));
      call.once('lookup', () => {
        isResolved = true;
      });
      call.once('connect', () => {
        settle(call);
        resolve(call);
      });
    };
    const onAbort = (): void => fail(signal?.reason);
    const timer = setTimeout(
      () => fail(isResolved ? timedOut(address, timeoutMs) : nameServerSilent(address, timeoutMs)),
      timeoutMs,
    );
    const redialing = setInterval(() => {
      if (isResolved || calls.size < MAX_HANGING_LOOKUPS) dial();
    }, REDIAL_AFTER_MS);
    signal?.addEventListener('abort', onAbort, { once: true });
    dial();
  });
}

const REDIAL_AFTER_MS = 2000;
// A name server that does not answer holds a thread of the process for each question, and the file system needs those too.
const MAX_HANGING_LOOKUPS = 2;

import { connect, isIP, type Socket } from 'node:net';
import { excludedAddress, explainSocketError, nameServerSilent, type SshAddress, timedOut } from './connectErrors.ts';

export interface OpenSocketOptions extends Dialing {
  /** For each attempt. */
  readonly timeoutMs: number;
  /** After this silence the system asks the peer each second whether it is there, ten times (`net.Socket.setKeepAlive`). */
  readonly keepAliveAfterMs: number;
}

/** What the SSH config says about the call. */
export interface Dialing {
  /** The only version of IP to use. */
  readonly family?: 4 | 6;
  /** Address of this machine to come from. */
  readonly localAddress?: string;
  /** How often to try what is refused or unreachable, a second apart; without it once. */
  readonly attempts?: number;
}

/**
 * Dials until one of the calls is answered. A call that gets no answer is made again after a second and a half, beside the first one: the system
 * repeats its own ever more seldom, and a network that is back should be noticed at once.
 */
export function openSocket(
  address: SshAddress,
  { timeoutMs, keepAliveAfterMs, family, localAddress, attempts = 1 }: OpenSocketOptions,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const version = isIP(address.host);
    if (family !== undefined && version !== 0 && version !== family) throw excludedAddress(address, family);
    const calls = new Set<Socket>();
    let attemptsLeft = attempts - 1;
    let retrying: NodeJS.Timeout | undefined;
    let isResolved = version !== 0;
    const settle = (chosen: Socket | undefined): void => {
      clearTimeout(timer);
      clearInterval(redialing);
      clearTimeout(retrying);
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
        ...(family === undefined ? {} : { family }),
        ...(localAddress === undefined ? {} : { localAddress }),
        noDelay: true,
        keepAlive: true,
        // In whole seconds, and 0 would leave it to the system: two hours.
        keepAliveInitialDelay: Math.max(keepAliveAfterMs, 1000),
      });
      calls.add(call);
      call.once('error', (error) => {
        if (!isResolved || attemptsLeft <= 0) return fail(explainSocketError(error, address));
        calls.delete(call);
        attemptsLeft -= 1;
        timer.refresh();
        retrying ??= setTimeout(() => {
          retrying = undefined;
          dial();
        }, RETRY_AFTER_MS);
      });
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

const REDIAL_AFTER_MS = 1500;
const RETRY_AFTER_MS = 1000;
// A name server that does not answer holds a thread of the process for each question, and the file system needs those too.
const MAX_HANGING_LOOKUPS = 2;

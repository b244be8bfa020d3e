import type { Socket } from 'node:net';

/** A call that is made while the rest is got ready: the server starts a process for it, which takes longer than reading our files. */
export interface SocketAhead {
  /** The open socket; rejects as `dial` does. */
  take(): Promise<Socket>;
  /** It is not needed after all. */
  giveUp(): void;
}

/**
 * Dials at once. A socket that is not taken soon is given back, and dialled anew when it is wanted: servers wait a limited time for a
 * login, and a person may be asked for a passphrase before it.
 */
export function dialAhead(
  dial: (signal: AbortSignal | undefined) => Promise<Socket>,
  signal: AbortSignal | undefined,
  holdMs = HOLD_MS,
): SocketAhead {
  const abort = new AbortController();
  let held: Promise<Socket> | undefined = dial(
    signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]),
  );
  held.then((socket) => socket.on('error', ignore), ignore);
  const giveUp = (): void => {
    clearTimeout(timer);
    const given = held;
    held = undefined;
    abort.abort();
    given?.then((socket) => socket.destroy(), ignore);
  };
  const timer = setTimeout(giveUp, holdMs);
  return {
    take: async () => {
      clearTimeout(timer);
      const taken = held;
      held = undefined;
      const socket = await taken;
      if (socket === undefined || socket.destroyed) return await dial(signal);
      return socket.removeListener('error', ignore);
    },
    giveUp,
  };
}

const HOLD_MS = 1000;

/** Whoever takes the socket sees that it is destroyed, and an error of the call itself. */
function ignore(): void {}

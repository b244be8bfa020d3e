import type { RefreshTurns } from './RefreshTurns.ts';

/** Runs one refresh at a time, when it is its turn; what asks meanwhile gets the one after it. Ends with the signal. */
export class Refresher {
  readonly #signal: AbortSignal;
  readonly #turns: RefreshTurns;
  readonly #refresh: () => Promise<void>;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(signal: AbortSignal, turns: RefreshTurns, refresh: () => Promise<void>) {
    this.#signal = signal;
    this.#turns = turns;
    this.#refresh = refresh;
  }

  /** Resolves when a refresh that began after this call is done; rejects as it does, or with the signal's reason. */
  run(): Promise<void> {
    if (this.#queued !== undefined) return this.#queued;
    if (this.#running === undefined) {
      const waitMs = this.#turns.take();
      if (waitMs === 0) return this.#start();
      return this.#queue(pause(waitMs, this.#signal));
    }
    return this.#queue(this.#running.catch(() => {}).then(() => pause(this.#turns.take(), this.#signal)));
  }

  #queue(turn: Promise<void>): Promise<void> {
    this.#queued = turn.then(() => {
      this.#queued = undefined;
      return this.#start();
    });
    return this.#queued;
  }

  #start(): Promise<void> {
    this.#signal.throwIfAborted();
    const running = this.#refresh().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}

/** Calls `action` after a while, unless the signal comes first. */
export function repeat(action: () => void, signal: AbortSignal): void {
  void pause(repeatAfterMs, signal).then(() => {
    if (!signal.aborted) action();
  });
}

const repeatAfterMs = 1000;

/** Also ends with the signal. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs === 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener('abort', end, { once: true });
  });
}

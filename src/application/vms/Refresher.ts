/**
 * Runs one refresh at a time; what asks meanwhile gets the one after it. A few come at once, so that a single change is seen at once;
 * then as many as {@link refillMs} allows, however many ask. Ends with the signal.
 */
export class Refresher {
  readonly #signal: AbortSignal;
  readonly #refresh: () => Promise<void>;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  #turns = mostTurns;
  #countedAtMs = performance.now();

  constructor(signal: AbortSignal, refresh: () => Promise<void>) {
    this.#signal = signal;
    this.#refresh = refresh;
  }

  /** Resolves when a refresh that began after this call is done; rejects as it does, or with the signal's reason. */
  run(): Promise<void> {
    this.#count();
    if (this.#running === undefined && this.#queued === undefined && this.#turns >= 1) return this.#start();
    this.#queued ??= (this.#running ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#turn())
      .then(() => {
        this.#queued = undefined;
        return this.#start();
      });
    return this.#queued;
  }

  #start(): Promise<void> {
    this.#signal.throwIfAborted();
    this.#turns -= 1;
    const running = this.#refresh().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #turn(): Promise<void> {
    this.#count();
    if (this.#turns < 1) await pause((1 - this.#turns) * refillMs, this.#signal);
    this.#count();
  }

  #count(): void {
    const nowMs = performance.now();
    this.#turns = Math.min(mostTurns, this.#turns + (nowMs - this.#countedAtMs) / refillMs);
    this.#countedAtMs = nowMs;
  }
}

/** Calls `action` after a while, unless the signal comes first. */
export function repeat(action: () => void, signal: AbortSignal): void {
  void pause(repeatAfterMs, signal).then(() => {
    if (!signal.aborted) action();
  });
}

/** A start of a container is three or four events within a moment. */
const mostTurns = 4;
const refillMs = 500;
const repeatAfterMs = 1000;

/** Also ends with the signal. */
function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/**
 * Lets at most `limit` session channels be open at once; others wait in order. sshd counts them per connection (`MaxSessions`,
 * 10 unless set otherwise); forwarded channels are not counted.
 */
export class SessionGate {
  #limit: number;
  #open = 0;
  readonly #waiting: Waiting[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves with the way to give the place back; rejects with the signal's reason. */
  async enter(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#open >= this.#limit) {
      await new Promise<void>((resolve, reject) => {
        const entry: Waiting = {
          admit: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        const onAbort = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(entry), 1);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        this.#waiting.push(entry);
      });
    } else {
      this.#open += 1;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#leave();
    };
  }

  get open(): number {
    return this.#open;
  }

  /** The server allows fewer than we thought. */
  lower(limit: number): void {
    this.#limit = Math.max(1, Math.min(this.#limit, limit));
  }

  // A place that is given back goes straight to whoever waits longest, without the count changing.
  #leave(): void {
    const next = this.#open <= this.#limit ? this.#waiting.shift() : undefined;
    if (next === undefined) this.#open -= 1;
    else next.admit();
  }
}

interface Waiting {
  admit(): void;
}

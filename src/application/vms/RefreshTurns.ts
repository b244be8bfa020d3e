/**
 * How often the machines of a window are asked for their state, all together: a few dozen times at once, so that a change is seen at
 * once also where somebody deploys or clicks quickly, and in the long run every {@link refillMs}. A storm of events on many machines
 * then costs no more than one on a single machine, and each waits for its turn in order.
 */
export class RefreshTurns {
  readonly #nowMs: () => number;
  #left = mostTurns;
  #countedAtMs: number;

  /** `nowMs`: a clock that never goes back. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#countedAtMs = nowMs();
  }

  /** Takes one turn. Returns how long to wait for it, in milliseconds. */
  take(): number {
    const nowMs = this.#nowMs();
    this.#left = Math.min(mostTurns, this.#left + (nowMs - this.#countedAtMs) / refillMs);
    this.#countedAtMs = nowMs;
    this.#left -= 1;
    return this.#left >= 0 ? 0 : Math.ceil(-this.#left * refillMs);
  }
}

const mostTurns = 40;
const refillMs = 10;

export interface LivenessOptions {
  /** Silence after something was sent, before the server is asked; and again before the next question. */
  readonly answerWithinMs: number;
  /** Silence after which the server is asked although nothing is awaited. */
  readonly idleMs: number;
  /** Questions without any word from the server, after which it counts as lost. */
  readonly maxUnanswered: number;
  /** Sends the server a question that it must answer. */
  readonly ask: () => void;
  readonly onLost: () => void;
}

/**
 * Notices a peer that no longer answers. Whatever comes from it counts as an answer, and whatever goes to it wants one. A connection that
 * rests costs next to nothing here: the system watches over it (TCP keepalive).
 */
export class Liveness {
  readonly #options: LivenessOptions;
  #awaitingSinceMs: number | undefined;
  #unanswered = 0;
  #timer: NodeJS.Timeout | undefined;
  #isIdleTimer = false;
  #isStopped = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#rest();
  }

  sent(): void {
    if (this.#awaitingSinceMs !== undefined || this.#isStopped) return;
    this.#awaitingSinceMs = performance.now();
    if (this.#isIdleTimer) this.#wait(this.#options.answerWithinMs);
  }

  received(): void {
    this.#awaitingSinceMs = undefined;
    this.#unanswered = 0;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #wait(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#isIdleTimer = false;
    this.#timer = setTimeout(() => this.#check(), delayMs);
  }

  #rest(): void {
    this.#isIdleTimer = true;
    this.#timer = setTimeout(() => this.#ask(), this.#options.idleMs);
  }

  #check(): void {
    if (this.#awaitingSinceMs === undefined) {
      this.#rest();
      return;
    }
    // The timer may be older than what is awaited.
    const silentMs = performance.now() - this.#awaitingSinceMs;
    const { answerWithinMs } = this.#options;
    if (this.#unanswered === 0 && silentMs < answerWithinMs - 1) this.#wait(answerWithinMs - silentMs);
    else this.#ask();
  }

  #ask(): void {
    if (this.#unanswered >= this.#options.maxUnanswered) {
      this.stop();
      this.#options.onLost();
      return;
    }
    this.#unanswered += 1;
    this.#awaitingSinceMs ??= performance.now();
    this.#wait(this.#options.answerWithinMs);
    this.#options.ask();
  }
}

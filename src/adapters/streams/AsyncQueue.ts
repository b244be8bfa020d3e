/**
 * Hands values from events to one `for await` loop. Asks the source to pause while `capacity` or more wait, and to resume when half
 * of them are taken. Leaving the loop calls `onLeave` once and drops what still comes.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #source: QueueSource;
  readonly #capacity: number;
  #waiting: T[] = [];
  #next = 0;
  #paused = false;
  #ended = false;
  #left = false;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(source: QueueSource, capacity = 1000) {
    this.#source = source;
    this.#capacity = capacity;
  }

  push(value: T): void {
    if (this.#ended || this.#left) return;
    this.#waiting.push(value);
    if (!this.#paused && this.#size >= this.#capacity) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wakeReader();
  }

  /** The last value that nobody has taken yet, so that it can be added to. */
  peekLast(): T | undefined {
    return this.#size === 0 ? undefined : this.#waiting[this.#waiting.length - 1];
  }

  /** The loop ends after what waits, or throws `error` then. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wakeReader();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        const value = this.#waiting[this.#next];
        if (value !== undefined) {
          this.#waiting[this.#next] = undefined as T;
          this.#next += 1;
          this.#compact();
          yield value;
        } else if (this.#ended) {
          if (this.#error !== undefined) throw this.#error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      if (!this.#left) {
        this.#left = true;
        this.#waiting = [];
        this.#next = 0;
        this.#resumeSource();
        this.#source.onLeave?.();
      }
    }
  }

  get #size(): number {
    return this.#waiting.length - this.#next;
  }

  #compact(): void {
    if (this.#next === this.#waiting.length || this.#next > this.#capacity) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    if (this.#size <= this.#capacity / 2) this.#resumeSource();
  }

  #resumeSource(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source.resume();
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

export interface QueueSource {
  pause(): void;
  resume(): void;
  /** The reader wants no more. */
  onLeave?(): void;
}

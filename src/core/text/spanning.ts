import type { TextRange } from './TextRange.ts';

/** From the start of one range to the end of the other, or its own; it moves along with them. */
export function spanning(first: TextRange, last: TextRange): TextRange {
  return new Span(first, last);
}

class Span implements TextRange {
  readonly #first: TextRange;
  readonly #last: TextRange;

  constructor(first: TextRange, last: TextRange) {
    this.#first = first;
    this.#last = last;
  }

  get start(): number {
    return this.#first.start;
  }

  get end(): number {
    return Math.max(this.#first.end, this.#last.end);
  }
}

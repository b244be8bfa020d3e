import type { TextRange } from './TextRange.ts';

/**
 * Where in its document a piece of text begins. Everything found in the piece stands relative to it, so a piece that an edit elsewhere
 * has only moved keeps all that was found in it, and its ranges follow.
 */
export class Anchor {
  /** Of things that stand at fixed places of their document. */
  static readonly origin = new Anchor(0);

  #offset: number;

  constructor(offset: number) {
    this.#offset = offset;
  }

  /** In the document. */
  get offset(): number {
    return this.#offset;
  }

  /** The piece now begins here. Whoever needs the ranges of before has copied them. */
  moveTo(offset: number): void {
    this.#offset = offset;
  }

  /** A part of the piece, as a range of the document that moves along. */
  range(start: number, end: number): TextRange {
    return this === Anchor.origin ? { start, end } : new AnchoredRange(this, start, end);
  }
}

class AnchoredRange implements TextRange {
  readonly #anchor: Anchor;
  readonly #start: number;
  readonly #end: number;

  constructor(anchor: Anchor, start: number, end: number) {
    this.#anchor = anchor;
    this.#start = start;
    this.#end = end;
  }

  get start(): number {
    return this.#anchor.offset + this.#start;
  }

  get end(): number {
    return this.#anchor.offset + this.#end;
  }
}

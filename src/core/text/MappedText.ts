import { Anchor } from './Anchor.ts';
import { Remembering } from './Remembering.ts';
import type { TextRange } from './TextRange.ts';

/**
 * A piece of text that was taken out of a document (a command in a JSON array, a YAML scalar, a continued RUN), which knows for each of
 * its characters where in the document it stands.
 */
export class MappedText extends Remembering {
  readonly text: string;
  readonly #anchor: Anchor;
  readonly #base: number;
  readonly #offsets: readonly number[] | undefined;

  /**
   * `offsets[i]` is the offset of `text[i]`; without `offsets` the text stands unchanged at `base`. Both count from the anchor, which is
   * the document's start unless given.
   */
  constructor(text: string, base: number, offsets?: readonly number[], anchor: Anchor = Anchor.origin) {
    super();
    this.text = text;
    this.#anchor = anchor;
    this.#base = base;
    this.#offsets = offsets;
  }

  /** The document offset of an index; of one beyond the text: where it ends. */
  sourceOffset(index: number): number {
    return this.#anchor.offset + this.#fromAnchor(index);
  }

  /** The document range of `text.slice(start, end)`; parsers of broken text give ends beyond it. It follows the anchor. */
  sourceRange(start: number, end: number): TextRange {
    const { length } = this.text;
    if (end > length) return this.sourceRange(Math.min(start, length), length);
    const from = this.#fromAnchor(start);
    if (end <= start) return this.#anchor.range(from, from);
    return this.#anchor.range(from, Math.max(from, this.#fromAnchor(end - 1) + 1));
  }

  slice(start: number, end: number = this.text.length): MappedText {
    const text = this.text.slice(start, end);
    if (this.#offsets === undefined) return new MappedText(text, this.#base + start, undefined, this.#anchor);
    return new MappedText(text, this.#fromAnchor(start), this.#offsets.slice(start, end), this.#anchor);
  }

  /** A text made of parts of this one; the first comes from about `start`. */
  builder(start: number): MappedTextBuilder {
    return new MappedTextBuilder(this.#fromAnchor(start), this.#anchor, (index) => this.#fromAnchor(index));
  }

  /** A text that all comes from one place of this one, such as what an escape sequence stands for. */
  decoded(text: string, index: number): MappedText {
    const at = this.#fromAnchor(index);
    return new MappedText(text, at, Array<number>(text.length).fill(at), this.#anchor);
  }

  #fromAnchor(index: number): number {
    if (this.#offsets === undefined) return this.#base + Math.min(index, this.text.length);
    const known = this.#offsets[index];
    if (known !== undefined) return known;
    const last = this.#offsets.at(-1);
    return last === undefined ? this.#base : last + 1;
  }
}

/** Collects a `MappedText` character by character or run by run. Offsets are those of the document, or indexes of the text it is made of. */
export class MappedTextBuilder {
  #text = '';
  readonly #offsets: number[] = [];
  readonly #base: number;
  readonly #anchor: Anchor;
  readonly #toOffset: (index: number) => number;

  constructor(base: number, anchor: Anchor = Anchor.origin, toOffset: (index: number) => number = (offset) => offset) {
    this.#base = base;
    this.#anchor = anchor;
    this.#toOffset = toOffset;
  }

  /** Appends characters that stand unchanged at `offset`. */
  append(text: string, offset: number): void {
    this.#text += text;
    for (let i = 0; i < text.length; i++) this.#offsets.push(this.#toOffset(offset + i));
  }

  /** Appends characters that all come from one place, such as a resolved escape sequence. */
  appendAt(text: string, offset: number): void {
    this.#text += text;
    const from = this.#toOffset(offset);
    for (let i = 0; i < text.length; i++) this.#offsets.push(from);
  }

  build(): MappedText {
    return new MappedText(this.#text, this.#base, this.#offsets, this.#anchor);
  }
}

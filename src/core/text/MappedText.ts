import { Remembering } from './Remembering.ts';
import type { TextRange } from './TextRange.ts';

/**
 * A piece of text that was taken out of a document (a command in a JSON array, a YAML scalar, a continued RUN), which knows for each of
 * its characters where in the document it stands.
 */
export class MappedText extends Remembering {
  readonly text: string;
  readonly #base: number;
  readonly #offsets: readonly number[] | undefined;

  /** `offsets[i]` is the document offset of `text[i]`; without `offsets` the text stands unchanged at `base`. */
  constructor(text: string, base: number, offsets?: readonly number[]) {
    super();
    this.text = text;
    this.#base = base;
    this.#offsets = offsets;
  }

  /** Of an index beyond the text: where it ends. */
  sourceOffset(index: number): number {
    if (this.#offsets === undefined) return this.#base + Math.min(index, this.text.length);
    const known = this.#offsets[index];
    if (known !== undefined) return known;
    const last = this.#offsets.at(-1);
    return last === undefined ? this.#base : last + 1;
  }

  /** The document range of `text.slice(start, end)`; parsers of broken text give ends beyond it. */
  sourceRange(start: number, end: number): TextRange {
    if (end > this.text.length) return this.sourceRange(Math.min(start, this.text.length), this.text.length);
    const sourceStart = this.sourceOffset(start);
    if (end <= start) return { start: sourceStart, end: sourceStart };
    return { start: sourceStart, end: Math.max(sourceStart, this.sourceOffset(end - 1) + 1) };
  }

  slice(start: number, end: number = this.text.length): MappedText {
    if (this.#offsets === undefined) return new MappedText(this.text.slice(start, end), this.#base + start);
    return new MappedText(this.text.slice(start, end), this.sourceOffset(start), this.#offsets.slice(start, end));
  }
}

/** Collects a `MappedText` character by character or run by run. */
export class MappedTextBuilder {
  #text = '';
  readonly #offsets: number[] = [];
  readonly #base: number;

  constructor(base: number) {
    this.#base = base;
  }

  /** Appends characters that stand unchanged at `offset` of the document. */
  append(text: string, offset: number): void {
    this.#text += text;
    for (let i = 0; i < text.length; i++) this.#offsets.push(offset + i);
  }

  /** Appends characters that all come from one place, such as a resolved escape sequence. */
  appendAt(text: string, offset: number): void {
    this.#text += text;
    for (let i = 0; i < text.length; i++) this.#offsets.push(offset);
  }

  build(): MappedText {
    return new MappedText(this.#text, this.#base, this.#offsets);
  }
}

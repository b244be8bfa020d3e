import type { Word } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import type { TextRange } from '../text/TextRange.ts';
import { wordText } from './wordText.ts';

/** A word of a command. */
export class ShellWord {
  /** Quotes removed; expansions stay as written. */
  readonly value: string;
  readonly range: TextRange;
  /** Holds no expansion and no pattern: `value` is what the command gets. */
  readonly isStatic: boolean;
  readonly #word: Word | undefined;
  readonly #source: MappedText;
  #text: MappedText | undefined;

  constructor(value: string, range: TextRange, isStatic: boolean, source: MappedText, word?: Word) {
    this.value = value;
    this.range = range;
    this.isStatic = isStatic;
    this.#source = source;
    this.#word = word;
  }

  /** The value as text that knows where its characters stand, for `sh -c` and the like. */
  get text(): MappedText {
    this.#text ??= this.#word === undefined ? this.#source : wordText(this.#word, this.#source);
    return this.#text;
  }
}

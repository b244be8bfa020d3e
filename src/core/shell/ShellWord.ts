import type { Word, WordPart } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import type { TextRange } from '../text/TextRange.ts';
import { wordText } from './wordText.ts';

/** A word of a command. */
export class ShellWord {
  readonly #source: MappedText;
  readonly #syntax: Word | undefined;
  #value: string | undefined;
  #range: TextRange | undefined;
  #isStatic: boolean | undefined;
  #text: MappedText | undefined;
  /** What the one variable holds that the word is. */
  #held: string | undefined;

  /**
   * `source` is the word's own text; with `syntax` it is the text that the word was parsed from, and what is not given is read there when
   * somebody asks: of most words nobody does.
   */
  constructor(
    value: string | undefined,
    range: TextRange | undefined,
    isStatic: boolean | undefined,
    source: MappedText,
    syntax?: Word,
  ) {
    this.#source = source;
    this.#syntax = syntax;
    this.#value = value;
    this.#range = range;
    this.#isStatic = isStatic;
  }

  /** Quotes removed; expansions stay as written. */
  get value(): string {
    this.#value ??= this.#syntax?.value ?? '';
    return this.#value;
  }

  get range(): TextRange {
    this.#range ??= this.#source.sourceRange(this.#syntax?.pos ?? 0, this.#syntax?.end ?? this.#source.text.length);
    return this.#range;
  }

  /** Holds no expansion and no pattern: `value` is what the command gets. */
  get isStatic(): boolean {
    this.#isStatic ??= areStatic(this.#syntax?.parts);
    return this.#isStatic;
  }

  /** It is written with a `$`: variables may be put in. */
  get hasDollar(): boolean {
    return (this.#syntax?.text ?? this.value).includes('$');
  }

  /** The value as text that knows where its characters stand, for `sh -c` and the like. */
  get text(): MappedText {
    if (this.#held !== undefined) {
      const [start, end] = [this.#syntax?.pos ?? 0, this.#syntax?.end ?? this.#source.text.length];
      this.#text ??= standingIn(this.#held, this.#source, start, end);
    }
    this.#text ??= this.#syntax === undefined ? this.#source : wordText(this.#syntax, this.#source);
    return this.#text;
  }

  /** The same word with variables put in. Its text is still the one that is written, unless `held` is: what its only variable holds. */
  withValue(value: string, isStatic: boolean, held?: string): ShellWord {
    const word = new ShellWord(value, this.#range, isStatic, this.#source, this.#syntax);
    word.#held = held;
    return word;
  }
}

/** `$NAME`, `${NAME}`, `${NAME:-word}`; the name is in the first or second group. */
export const onlyVariable = /^\$(?:(\w+)|\{(\w+)(?::?-[^{}]*)?\})$/;

/** A text that stands for a part of the source: its first characters for those there, the last one for the last. */
function standingIn(text: string, source: MappedText, start: number, end: number): MappedText {
  const builder = source.builder(start);
  const last = Math.max(start, end - 1);
  for (let at = 0; at < text.length; at++)
    builder.appendAt(text[at] ?? '', at === text.length - 1 ? last : Math.min(start + at, last));
  return builder.build();
}

function areStatic(parts: readonly WordPart[] | undefined): boolean {
  if (parts === undefined) return true;
  return parts.every((part) => {
    if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted') return true;
    return (
      (part.type === 'DoubleQuoted' || part.type === 'LocaleString') &&
      part.parts.every((inner) => inner.type === 'Literal')
    );
  });
}

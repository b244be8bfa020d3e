import { parse, type Word } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import type { TextRange } from '../text/TextRange.ts';
import { flattenScript } from './flattenScript.ts';
import { wordText } from './wordText.ts';

/** What a piece of shell text runs. Never fails: of half-typed text it holds what could be understood. */
export interface ShellScript {
  readonly source: MappedText;
  /** Commands that run when the text runs, in order; those inside functions are in `functions`. */
  readonly commands: readonly ShellCommand[];
  readonly functions: ReadonlyMap<string, readonly ShellCommand[]>;
}

/** One simple command. */
export interface ShellCommand {
  /** The command's name first; empty for a bare assignment or redirection. */
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly range: TextRange;
  /** What decides whether it runs, as written, such as `! command -v gog`; the innermost. */
  readonly condition: string | undefined;
  readonly pipeline: ShellPipeline | undefined;
  /** It stands in `$(…)`, backticks or `<(…)` of the command that it gives its output to. */
  readonly substitutionOf: ShellCommand | undefined;
}

export interface ShellPipeline {
  readonly range: TextRange;
  /** One per part; a part that is a compound command has all of its commands. */
  readonly parts: readonly (readonly ShellCommand[])[];
}

export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord | undefined;
}

export interface ShellRedirect {
  readonly operator: string;
  readonly descriptor: number | undefined;
  readonly target: ShellWord | undefined;
  /** Text of a here-document or here-string. */
  readonly body: MappedText | undefined;
}

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

const known = new WeakMap<MappedText, ShellScript>();

/** Parses shell text as bash does, which for what commands are is a superset of POSIX `sh`. */
export function parseShell(source: MappedText): ShellScript {
  let script = known.get(source);
  if (script === undefined) {
    script = flattenScript(parse(source.text), source);
    known.set(source, script);
  }
  return script;
}

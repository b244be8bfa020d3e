import type { parse } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import { Remembering } from '../text/Remembering.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ShellWord } from './ShellWord.ts';

export type ParsedScript = ReturnType<typeof parse>;

/** What a piece of shell text runs. Never fails: of half-typed text it holds what could be understood. */
export interface ShellScript {
  readonly source: MappedText;
  /** The whole syntax tree; its positions are indexes of the source's text. */
  readonly syntax: ParsedScript;
  /** Commands that run when the text runs, in order; those inside functions are in `functions`. */
  readonly commands: readonly ShellCommand[];
  readonly functions: ReadonlyMap<string, readonly ShellCommand[]>;
  /** Those of `commands` that set options of the shell (`set -e`). */
  readonly setCommands: readonly ShellCommand[];
}

export interface ShellCommandParts {
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

/** One simple command. */
export class ShellCommand extends Remembering implements ShellCommandParts {
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly range: TextRange;
  readonly condition: string | undefined;
  readonly pipeline: ShellPipeline | undefined;
  readonly substitutionOf: ShellCommand | undefined;

  constructor(parts: ShellCommandParts) {
    super();
    this.words = parts.words;
    this.assignments = parts.assignments;
    this.redirects = parts.redirects;
    this.range = parts.range;
    this.condition = parts.condition;
    this.pipeline = parts.pipeline;
    this.substitutionOf = parts.substitutionOf;
  }

  /** The same command with some parts replaced. */
  with(parts: Partial<ShellCommandParts>): ShellCommand {
    const { words, assignments, redirects, range, condition, pipeline, substitutionOf } = this;
    return new ShellCommand({
      words,
      assignments,
      redirects,
      range,
      condition,
      pipeline,
      substitutionOf,
      ...parts,
    });
  }
}

export interface ShellPipeline {
  readonly range: TextRange;
  /** One per part; a part that is a compound command has all of its commands. */
  readonly parts: readonly (readonly ShellCommand[])[];
}

export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord | undefined;
  /** Those of an array: `NAME=(one two)`. */
  readonly elements?: readonly ShellWord[];
  /** The variable of a loop over files, one after the other: the value is their pattern. */
  readonly isPattern?: boolean;
  /** `+=`: added to what the variable holds. */
  readonly isAdded?: boolean;
}

export interface ShellRedirect {
  readonly operator: string;
  readonly descriptor: number | undefined;
  readonly target: ShellWord | undefined;
  /** Text of a here-document or here-string. */
  readonly body: MappedText | undefined;
}

import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { hasExpansion, mayHoldWord } from '../shell/mayHoldWord.ts';
import type { RunInstruction } from './runScripts.ts';

/** Words that a check looks for in the commands of RUNs: it need not parse the others. */
export class RunFilter {
  readonly #words: readonly string[];

  /** Words of letters and hyphens. */
  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** One of the words may be in a command that the RUN runs, or be put into it by a variable. */
  readonly covers = ({ instruction, dockerfile }: RunInstruction): boolean => {
    const seen = instruction.remember(this.#look);
    return seen === 'variable' ? dockerfile.remember(this.#variablesMayHold) : seen === 'text';
  };

  readonly #look = ({ text }: Instruction): 'text' | 'variable' | 'nothing' => {
    if (mayHoldWord(text, this.#words)) return 'text';
    return hasExpansion(text) ? 'variable' : 'nothing';
  };

  readonly #variablesMayHold = ({ instructions }: Dockerfile): boolean =>
    instructions.some(
      (instruction) =>
        (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') && instruction.remember(this.#look) === 'text',
    );
}

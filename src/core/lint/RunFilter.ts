import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Spelling, spellingOf } from '../shell/spellingOf.ts';
import type { RunInstruction } from './runScripts.ts';

/** Words that a check looks for in the commands of RUNs: it need not parse the others. */
export class RunFilter {
  readonly #words: readonly string[];

  /** Words of letters and hyphens. */
  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** One of the words may be in a command that the RUN runs, or be put into it by a variable: `false` says for sure that none is. */
  readonly covers = ({ instruction, dockerfile }: RunInstruction): boolean => {
    if (instruction.remember(this.#mayHold)) return true;
    return instruction.remember(spelling) === 'variables' && dockerfile.remember(this.#variablesMayHold);
  };

  readonly #mayHold = (instruction: Instruction): boolean => {
    for (const word of this.#words) if (instruction.text.includes(word)) return true;
    return instruction.remember(spelling) === 'puzzle';
  };

  readonly #variablesMayHold = ({ instructions }: Dockerfile): boolean =>
    instructions.some(
      (instruction) =>
        (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') && instruction.remember(this.#mayHold),
    );
}

function spelling({ text }: Instruction): Spelling {
  return spellingOf(text);
}

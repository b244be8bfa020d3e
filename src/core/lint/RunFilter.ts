import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Spelling, spellingOf } from '../shell/spellingOf.ts';
import type { RunInstruction } from './runScripts.ts';

/** Words that a check looks for in the commands of RUNs: it need not parse the others. */
export class RunFilter {
  static #count = 0;
  readonly #words: readonly string[];
  /** A bit of its own: what the filters have seen of an instruction is one object, which a long file has many of. */
  readonly #bit = 1 << RunFilter.#count++;

  /** Words of letters and hyphens. One for each purpose, made once: there is room for 31. */
  constructor(words: readonly string[]) {
    if (RunFilter.#count > 31) throw new Error('There are more filters than bits');
    this.#words = words;
  }

  /** One of the words may be in a command that the RUN runs, or be put into it by a variable: `false` says for sure that none is. */
  readonly covers = ({ instruction, dockerfile }: RunInstruction): boolean => {
    if (this.#mayHold(instruction)) return true;
    return instruction.remember(nothingSeen).spelling === 'variables' && dockerfile.remember(this.#variablesMayHold);
  };

  #mayHold(instruction: Instruction): boolean {
    const seen = instruction.remember(nothingSeen);
    if ((seen.asked & this.#bit) === 0) {
      seen.asked |= this.#bit;
      if (seen.spelling === 'puzzle' || holdsOne(instruction.text, this.#words)) seen.held |= this.#bit;
    }
    return (seen.held & this.#bit) !== 0;
  }

  readonly #variablesMayHold = ({ instructions }: Dockerfile): boolean =>
    instructions.some(
      (instruction) => (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') && this.#mayHold(instruction),
    );
}

/**
 * As a filter, for words that are not known beforehand (lines of one text), of any characters: nothing of it is remembered but what
 * concerns the whole file.
 */
export function mayName({ instruction, dockerfile }: RunInstruction, words: string): boolean {
  const { spelling } = instruction.remember(nothingSeen);
  if (spelling === 'puzzle' || holdsOne(instruction.text, spelledParts(words))) return true;
  return spelling === 'variables' && dockerfile.rememberFor(words, variablesMayName);
}

function variablesMayName({ instructions }: Dockerfile, words: string): boolean {
  const parts = spelledParts(words);
  return instructions.some(
    (instruction) =>
      (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') &&
      (instruction.remember(nothingSeen).spelling === 'puzzle' || holdsOne(instruction.text, parts)),
  );
}

/** Of each word the longest part that is letters and hyphens: a variable may hold what stands around it. */
function spelledParts(words: string): readonly string[] {
  return words
    .split('\n')
    .map((word) =>
      word.split(/[^A-Za-z-]+/).reduce((longest, part) => (part.length > longest.length ? part : longest)),
    );
}

function holdsOne(text: string, words: readonly string[]): boolean {
  for (const word of words) if (text.includes(word)) return true;
  return false;
}

/** What the filters have seen of an instruction. */
interface Seen {
  readonly spelling: Spelling;
  /** The bits of the filters that have looked at it, and of those whose words it may hold. */
  asked: number;
  held: number;
}

function nothingSeen({ text }: Instruction): Seen {
  return { spelling: spellingOf(text), asked: 0, held: 0 };
}

import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Stage, stagesOf } from '../dockerfile/stages.ts';
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
  readonly covers = ({ instruction, stage }: RunInstruction): boolean => {
    if (this.#mayHold(instruction)) return true;
    return instruction.remember(nothingSeen).spelling === 'variables' && this.#variablesMayHold(stage);
  };

  #mayHold(instruction: Instruction): boolean {
    const seen = instruction.remember(nothingSeen);
    if ((seen.asked & this.#bit) === 0) {
      seen.asked |= this.#bit;
      if (seen.spelling === 'puzzle' || holdsOne(instruction.text, this.#words)) seen.held |= this.#bit;
    }
    return (seen.held & this.#bit) !== 0;
  }

  /** Those that a stage sets, or one of those that it is built on: in its RUNs there are no others. */
  #variablesMayHold(stage: Stage): boolean {
    let holds = false;
    const unknown: SeenOfStage[] = [];
    for (let at: Stage | undefined = stage; at !== undefined; at = at.baseStage) {
      const seen = at.remember(nothingSeenOfStage);
      if ((seen.asked & this.#bit) !== 0) {
        holds = (seen.held & this.#bit) !== 0;
        break;
      }
      unknown.push(seen);
    }
    for (const seen of unknown.reverse()) {
      holds ||= seen.setters.some((instruction) => this.#mayHold(instruction));
      seen.asked |= this.#bit;
      if (holds) seen.held |= this.#bit;
    }
    return holds;
  }
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

function variablesMayName(dockerfile: Dockerfile, words: string): boolean {
  const parts = spelledParts(words);
  return stagesOf(dockerfile).some((stage) =>
    stage
      .remember(nothingSeenOfStage)
      .setters.some(
        (instruction) => instruction.remember(nothingSeen).spelling === 'puzzle' || holdsOne(instruction.text, parts),
      ),
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

/** What they have seen of the variables that a stage sees. */
interface SeenOfStage extends Omit<Seen, 'spelling'> {
  /** The instructions of the stage itself that set some. */
  readonly setters: readonly Instruction[];
}

function nothingSeenOfStage({ instructions }: Stage): SeenOfStage {
  const setters = instructions.filter(({ keyword }) => keyword === 'ENV' || keyword === 'ARG');
  return { setters, asked: 0, held: 0 };
}

function nothingSeen({ text }: Instruction): Seen {
  return { spelling: spellingOf(text), asked: 0, held: 0 };
}

import { Remembering } from '../text/Remembering.ts';
import { expandVariables } from './expandVariables.ts';
import type { Instruction } from './Instruction.ts';
import type { Dockerfile } from './parseDockerfile.ts';

/**
 * One build stage: a FROM and what follows it. As long as its instructions and the stages below it are the same it is the same object
 * for the next text of the file: what is remembered of it says nothing of where it stands, or of the rest of the file.
 */
export class Stage extends Remembering {
  /** Lower case, as the builder compares names. */
  readonly name: string | undefined;
  readonly from: Instruction;
  /** Without the FROM. */
  readonly instructions: readonly Instruction[];
  /** The image, with the ARGs before the first FROM put in; for a stage built on another stage that one's name. */
  readonly base: string;
  readonly baseStage: Stage | undefined;
  #dockerfile: Dockerfile;
  #index = 0;

  constructor(parts: StageParts, dockerfile: Dockerfile) {
    super();
    this.name = parts.name;
    this.from = parts.from;
    this.instructions = parts.instructions;
    this.base = parts.base;
    this.baseStage = parts.baseStage;
    this.#dockerfile = dockerfile;
  }

  /** The file that it stands in, as it is now. */
  get dockerfile(): Dockerfile {
    return this.#dockerfile;
  }

  /** Its number among the stages of the file. */
  get index(): number {
    return this.#index;
  }

  /** It is built on that, and its instructions stand in a list from a place on, with another FROM or the end behind them. */
  isMadeOf(base: string, baseStage: Stage | undefined, all: readonly Instruction[], from: number): boolean {
    if (base !== this.base || baseStage !== this.baseStage) return false;
    const { length } = this.instructions;
    for (let at = 0; at < length; at++) if (all[from + at] !== this.instructions[at]) return false;
    return isEndOfStage(all[from + length]);
  }

  moveTo(dockerfile: Dockerfile, index: number): void {
    this.#dockerfile = dockerfile;
    this.#index = index;
  }
}

type StageParts = Pick<Stage, 'name' | 'from' | 'instructions' | 'base' | 'baseStage'>;

/** The build stages in order; none for a text without FROM. */
export function stagesOf(dockerfile: Dockerfile): readonly Stage[] {
  return dockerfile.remember(findStages);
}

/** The stage that `docker build --target` names (a name, or a number), else the last one. */
export function targetStage(dockerfile: Dockerfile, target?: string): Stage | undefined {
  const stages = stagesOf(dockerfile);
  if (target === undefined || target === '') return stages.at(-1);
  const wanted = target.toLowerCase();
  return (
    stages.findLast((stage) => stage.name === wanted) ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined)
  );
}

/** The stage and those that it is built FROM, the outermost (first built) first. */
export function stageChain(stage: Stage): readonly Stage[] {
  const chain: Stage[] = [];
  for (let at: Stage | undefined = stage; at !== undefined; at = at.baseStage) chain.push(at);
  return chain.reverse();
}

function findStages(dockerfile: Dockerfile): readonly Stage[] {
  const known = knownStages(dockerfile.previous);
  const stages: Stage[] = [];
  const byName = new Map<string, Stage>();
  const globals = new Map<string, string>();
  const { instructions } = dockerfile;
  for (let at = 0; at < instructions.length; at++) {
    const instruction = instructions[at];
    if (instruction?.keyword === 'FROM') {
      const base = expandVariables(instruction.words[0]?.value ?? '', (variable) => globals.get(variable));
      const baseStage = byName.get(base.toLowerCase());
      const before = known.get(instruction);
      const isSame = before?.isMadeOf(base, baseStage, instructions, at + 1) === true;
      const stage = isSame ? before : newStage(instruction, instructions, at + 1, { base, baseStage }, dockerfile);
      stage.moveTo(dockerfile, stages.length);
      stages.push(stage);
      if (stage.name !== undefined) byName.set(stage.name, stage);
      at += stage.instructions.length;
    } else if (instruction?.keyword === 'ARG') {
      for (const word of instruction.words) {
        const equals = word.value.indexOf('=');
        if (equals > 0) {
          globals.set(
            word.value.slice(0, equals),
            expandVariables(word.value.slice(equals + 1), (name) => globals.get(name)),
          );
        }
      }
    }
  }
  return stages;
}

/** By their FROM. */
function knownStages(previous: Dockerfile | undefined): ReadonlyMap<Instruction, Stage> {
  const known = new Map<Instruction, Stage>();
  if (previous?.knows(findStages) === true) for (const stage of stagesOf(previous)) known.set(stage.from, stage);
  return known;
}

/** `start`: of what follows its FROM. */
function newStage(
  from: Instruction,
  all: readonly Instruction[],
  start: number,
  below: Pick<Stage, 'base' | 'baseStage'>,
  dockerfile: Dockerfile,
): Stage {
  let end = start;
  while (!isEndOfStage(all[end])) end++;
  const [, as, written] = from.words;
  const name = as?.value.toLowerCase() === 'as' ? written?.value.toLowerCase() : undefined;
  return new Stage({ name, from, instructions: all.slice(start, end), ...below }, dockerfile);
}

function isEndOfStage(instruction: Instruction | undefined): boolean {
  return instruction === undefined || instruction.keyword === 'FROM';
}

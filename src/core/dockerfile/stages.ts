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
  #index: number;

  constructor(parts: StageParts, dockerfile: Dockerfile, index: number) {
    super();
    this.name = parts.name;
    this.from = parts.from;
    this.instructions = parts.instructions;
    this.base = parts.base;
    this.baseStage = parts.baseStage;
    this.#dockerfile = dockerfile;
    this.#index = index;
  }

  /** The file that it stands in, as it is now. */
  get dockerfile(): Dockerfile {
    return this.#dockerfile;
  }

  /** Its number among the stages of the file. */
  get index(): number {
    return this.#index;
  }

  isMadeOf({ from, instructions, base, baseStage }: StageParts): boolean {
    return (
      from === this.from &&
      base === this.base &&
      baseStage === this.baseStage &&
      instructions.length === this.instructions.length &&
      instructions.every((instruction, index) => instruction === this.instructions[index])
    );
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
  const { previous } = dockerfile;
  const known = new Map<Instruction, Stage>();
  if (previous?.knows(findStages) === true) for (const stage of stagesOf(previous)) known.set(stage.from, stage);
  const stages: Stage[] = [];
  const byName = new Map<string, Stage>();
  const globals = new Map<string, string>();
  const { instructions } = dockerfile;
  for (const [at, instruction] of instructions.entries()) {
    if (instruction.keyword === 'FROM') {
      const [image, as, name] = instruction.words;
      const base = expandVariables(image?.value ?? '', (variable) => globals.get(variable));
      const parts: StageParts = {
        name: as?.value.toLowerCase() === 'as' ? name?.value.toLowerCase() : undefined,
        from: instruction,
        instructions: instructions.slice(at + 1, nextFrom(instructions, at + 1)),
        base,
        baseStage: byName.get(base.toLowerCase()),
      };
      const before = known.get(instruction);
      const same = before?.isMadeOf(parts) === true ? before : undefined;
      same?.moveTo(dockerfile, stages.length);
      const stage = same ?? new Stage(parts, dockerfile, stages.length);
      stages.push(stage);
      if (stage.name !== undefined) byName.set(stage.name, stage);
    } else if (stages.length === 0 && instruction.keyword === 'ARG') {
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

/** Where the next stage begins, or the end. */
function nextFrom(instructions: readonly Instruction[], from: number): number {
  let at = from;
  while (at < instructions.length && instructions[at]?.keyword !== 'FROM') at++;
  return at;
}

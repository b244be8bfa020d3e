import { Remembering } from '../text/Remembering.ts';
import { expandVariables } from './expandVariables.ts';
import type { Instruction } from './Instruction.ts';
import type { Dockerfile } from './parseDockerfile.ts';

/** One build stage: a FROM and what follows it. */
export class Stage extends Remembering {
  readonly index: number;
  /** Lower case, as the builder compares names. */
  readonly name: string | undefined;
  readonly from: Instruction;
  /** Without the FROM. */
  readonly instructions: readonly Instruction[];
  /** The image, with the ARGs before the first FROM put in; for a stage built on another stage that one's name. */
  readonly base: string;
  readonly baseStage: Stage | undefined;

  constructor(parts: Pick<Stage, 'index' | 'name' | 'from' | 'instructions' | 'base' | 'baseStage'>) {
    super();
    this.index = parts.index;
    this.name = parts.name;
    this.from = parts.from;
    this.instructions = parts.instructions;
    this.base = parts.base;
    this.baseStage = parts.baseStage;
  }
}

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
  const stages: Stage[] = [];
  const byName = new Map<string, Stage>();
  const globals = new Map<string, string>();
  let instructions: Instruction[] | undefined;
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword === 'FROM') {
      const [image, as, name] = instruction.words;
      const base = expandVariables(image?.value ?? '', (variable) => globals.get(variable));
      instructions = [];
      const stage = new Stage({
        index: stages.length,
        name: as?.value.toLowerCase() === 'as' ? name?.value.toLowerCase() : undefined,
        from: instruction,
        instructions,
        base,
        baseStage: byName.get(base.toLowerCase()),
      });
      stages.push(stage);
      if (stage.name !== undefined) byName.set(stage.name, stage);
    } else if (instructions !== undefined) {
      instructions.push(instruction);
    } else if (instruction.keyword === 'ARG') {
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

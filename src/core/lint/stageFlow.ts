import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type Stage, stageChain, stagesOf } from '../dockerfile/stages.ts';

/** The stage that `--from` names: by name, or by number. */
export function stageNamed(dockerfile: Dockerfile, name: string): Stage | undefined {
  const stages = stagesOf(dockerfile);
  return (
    stages.findLast((stage) => stage.name === name.toLowerCase()) ??
    (/^\d+$/.test(name) ? stages[Number(name)] : undefined)
  );
}

/** The stage, those that it is built on, and those that any of them copies from. */
export function reachedStages(dockerfile: Dockerfile, stage: Stage): ReadonlySet<Stage> {
  const reached = new Set<Stage>();
  const visit = (at: Stage): void => {
    for (const link of stageChain(at)) {
      if (reached.has(link)) continue;
      reached.add(link);
      for (const instruction of link.instructions) {
        const from = instruction.keyword === 'COPY' ? instruction.flag('from')?.value : undefined;
        const source = from === undefined ? undefined : stageNamed(dockerfile, from);
        if (source !== undefined) visit(source);
      }
    }
  };
  visit(stage);
  return reached;
}

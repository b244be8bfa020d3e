import { type Stage, stagesOf } from '../dockerfile/stages.ts';
import { Remembering } from '../text/Remembering.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';

/**
 * A build stage and the file that it stands in: the same object as long as nothing changes in the stage and in those that it is built on.
 * What a check finds there and nowhere else is remembered with it, so an edit costs a look at one stage and not at all steps of a file.
 */
export class BuildStage extends Remembering {
  readonly path: string;
  readonly stage: Stage;

  constructor(stage: Stage, path: string) {
    super();
    this.stage = stage;
    this.path = path;
  }
}

/** Those of all Dockerfiles of the project. */
export function buildStages(model: ProjectModel): readonly BuildStage[] {
  return model.remember(findStages);
}

function findStages({ buildFiles }: ProjectModel): readonly BuildStage[] {
  const found: BuildStage[] = [];
  for (const { path, dockerfile } of buildFiles)
    for (const stage of stagesOf(dockerfile)) found.push(buildStage(stage, path));
  return found;
}

export function buildStage(stage: Stage, path: string): BuildStage {
  return stage.rememberFor(path, newBuildStage);
}

function newBuildStage(stage: Stage, path: string): BuildStage {
  return new BuildStage(stage, path);
}

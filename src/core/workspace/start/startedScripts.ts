import type { ProjectModel } from '../ProjectModel.ts';
import type { StartedScript } from './StartedScript.ts';
import { StartWalker } from './StartWalker.ts';

/** Everything that the project's containers run at start, as far as the project's files say. */
export function startedScripts(model: ProjectModel): readonly StartedScript[] {
  let scripts = known.get(model);
  if (scripts === undefined) {
    scripts = findStarted(model);
    known.set(model, scripts);
  }
  return scripts;
}

const known = new WeakMap<ProjectModel, readonly StartedScript[]>();

function findStarted(model: ProjectModel): readonly StartedScript[] {
  const scripts: StartedScript[] = [];
  for (const image of model.images) {
    if (image.services.length === 0) scripts.push(...new StartWalker(model, image, undefined).walk());
    for (const service of image.services) scripts.push(...new StartWalker(model, image, service).walk());
  }
  const built = new Set(model.images.flatMap((image) => image.services));
  for (const service of model.services) {
    if (!built.has(service)) scripts.push(...new StartWalker(model, undefined, service).walk());
  }
  return scripts;
}

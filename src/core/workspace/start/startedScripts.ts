import type { ProjectModel } from '../ProjectModel.ts';
import { platformStarts } from './platformStarts.ts';
import type { StartedScript } from './StartedScript.ts';
import { StartWalker } from './StartWalker.ts';

/** Everything that the project's containers run at start, as far as the project's files say. */
export function startedScripts(model: ProjectModel): readonly StartedScript[] {
  return model.remember(findStarted);
}

function findStarted(model: ProjectModel): readonly StartedScript[] {
  const scripts: StartedScript[] = [];
  for (const image of model.images) {
    if (image.services.length === 0) scripts.push(...new StartWalker(model, image, undefined).walk());
    for (const service of image.services) scripts.push(...new StartWalker(model, image, service).walk());
  }
  for (const image of model.inlineImages)
    for (const service of image.services) scripts.push(...new StartWalker(model, image, service).walk());
  for (const platform of platformStarts(model))
    scripts.push(...new StartWalker(model, platform.image, undefined).walkPlatform(platform));
  const built = new Set([...model.images, ...model.inlineImages].flatMap((image) => image.services));
  for (const service of model.services) {
    if (!built.has(service)) scripts.push(...new StartWalker(model, undefined, service).walk());
  }
  return scripts;
}

import { modelOf } from './modelOf.ts';
import type { ProjectFiles } from './ProjectFiles.ts';
import { isWithin, parentFolder, resolvePath } from './paths.ts';
import { startedScripts } from './start/startedScripts.ts';

/**
 * Paths below the root that the checks want and `texts` does not hold: scripts that an image copies, Dockerfiles and env files that
 * compose names. Read those that exist, then ask again: a script may lead to others. A path in the answer need not exist.
 */
export function referencedPaths(project: ProjectFiles): readonly string[] {
  const model = modelOf(project);
  startedScripts(model);
  for (const { path, service } of model.services) {
    for (const file of service.envFiles) model.read(resolvePath(parentFolder(path), file.value));
  }
  return [...model.missing].filter((path) => isWithin(project.root, path));
}

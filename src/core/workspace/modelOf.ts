import { whenForgotten } from '../text/FileCache.ts';
import type { ProjectFiles } from './ProjectFiles.ts';
import { ProjectModel } from './ProjectModel.ts';

/**
 * The model of a project's files. The last one is given again as long as the project holds the same texts, so that who reads files that
 * others name and then checks them walks through the project once.
 */
export function modelOf(project: ProjectFiles): ProjectModel {
  if (last?.project === project && holdsSameTexts(project.texts, last.texts)) return last.model;
  last = { project, texts: new Map(project.texts), model: new ProjectModel(project, last?.model) };
  return last.model;
}

/** Only one: what was parsed for it follows the next edits, so an older model would speak of texts that are gone. */
let last:
  | { readonly project: ProjectFiles; readonly texts: ReadonlyMap<string, string>; readonly model: ProjectModel }
  | undefined;

whenForgotten(() => {
  last = undefined;
});

function holdsSameTexts(texts: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): boolean {
  if (texts.size !== before.size) return false;
  for (const [path, text] of texts) if (before.get(path) !== text) return false;
  return true;
}

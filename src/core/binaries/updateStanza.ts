import { applyEdits } from '../text/applyEdits.ts';
import { editsBetween } from '../text/editsBetween.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { bakeIntoProject } from './bakeIntoProject.ts';
import type { CatalogBinary } from './catalog.ts';

/** The lines of a stanza that change when it takes an entry of another version; a stanza that is not there is not added. */
export function updateStanza(
  project: ProjectFiles,
  dockerfilePath: string,
  entry: CatalogBinary,
): { readonly ok: true; readonly edits: readonly TextEdit[] } | { readonly ok: false; readonly reason: string } {
  const result = bakeIntoProject(project, dockerfilePath, entry.name, entry);
  if (!result.ok) return result;
  if (!result.alreadyBaked) return { ok: false, reason: 'Its stanza is in a stage that does not become the image.' };
  const text = project.texts.get(dockerfilePath) ?? '';
  return { ok: true, edits: editsBetween(text, applyEdits(text, result.edits)) };
}

import type { TextEdit } from '../../text/TextEdit.ts';
import type { ProjectService } from '../../workspace/ProjectModel.ts';
import type { Fix } from '../Problem.ts';
import { ComposeEdits } from './composeEdits.ts';

/** A named volume at a folder of the container: Docker makes it, with the owner that the folder has in the image. */
export function addVolumeFix(definition: ProjectService, name: string, folder: string): readonly Fix[] {
  const edits = volumeEdits(definition, name, folder);
  return edits === undefined
    ? []
    : [{ title: `Keep ${folder} in a named volume`, edits: [{ path: definition.path, edits }] }];
}

export function volumeEdits(
  { compose, service }: ProjectService,
  name: string,
  folder: string,
): readonly TextEdit[] | undefined {
  const file = new ComposeEdits(compose.text);
  const mount = file.addToList(service.name, 'volumes', `${name}:${folder}`);
  const declared = file.declareVolume(name);
  return mount === undefined || declared === undefined ? undefined : [mount, ...declared];
}

/** A name for a volume that the container had without one: `- /home/node/.openclaw` becomes `- openclaw-state:/home/node/.openclaw`. */
export function nameVolumeFix(
  { compose, path }: ProjectService,
  mount: { readonly range: { readonly start: number; readonly end: number }; readonly target: string },
  name: string,
): readonly Fix[] {
  const written = compose.text.slice(mount.range.start, mount.range.end);
  const quote = /^["']/.exec(written)?.[0] ?? '';
  const declared = new ComposeEdits(compose.text).declareVolume(name);
  if (declared === undefined || written !== `${quote}${mount.target}${quote}`) return [];
  const at = mount.range.start + quote.length;
  const edits = [{ range: { start: at, end: at }, newText: `${name}:` }, ...declared];
  return [{ title: `Give the volume a name: ${name}`, edits: [{ path, edits }] }];
}

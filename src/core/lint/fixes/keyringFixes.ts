import type { TextEdit } from '../../text/TextEdit.ts';
import type { ProjectService } from '../../workspace/ProjectModel.ts';
import type { Fix } from '../Problem.ts';
import { ComposeEdits } from './composeEdits.ts';
import { volumeEdits } from './stateMountFixes.ts';

/** What gog's keyring lacks: the password from `.env`, never one of ours, and a volume for the folder. */
export function keyringFixes(
  definition: ProjectService,
  missing: { readonly password: boolean; readonly folder: string | undefined },
): readonly Fix[] {
  const { compose, path, service } = definition;
  const edits: TextEdit[] = [];
  const parts: string[] = [];
  if (missing.password) {
    const value = `\${GOG_KEYRING_PASSWORD:?set it in .env}`;
    const edit = new ComposeEdits(compose.text).addVariable(service.name, 'GOG_KEYRING_PASSWORD', value);
    if (edit === undefined) return [];
    edits.push(edit);
    parts.push('take GOG_KEYRING_PASSWORD from .env');
  }
  if (missing.folder !== undefined) {
    const volume = volumeEdits(definition, 'gogcli', missing.folder);
    if (volume === undefined) return [];
    edits.push(...volume);
    parts.push(`keep ${missing.folder} in a named volume`);
  }
  const title = parts.join(' and ').replace(/^./, (first) => first.toUpperCase());
  return [{ title, edits: [{ path, edits }] }];
}

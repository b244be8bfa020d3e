import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { DownloadSite } from '../downloadSites.ts';
import type { Fix } from '../Problem.ts';
import { addressEdit } from './catalogDownload.ts';
import { replaceByStanza } from './replaceByStanza.ts';

/** The stanza in the place of the whole download, or only the address of the file that exists. */
export function knownBadUrlFixes(
  place: { readonly path: string; readonly range: TextRange; readonly url: string; readonly site?: DownloadSite },
  rightUrl: string | undefined,
  catalog: BinaryCatalog,
): readonly Fix[] {
  const run = place.site?.run;
  const fixes = run === undefined ? [] : replaceByStanza(run.script, run.command, catalog);
  if (rightUrl === undefined) return fixes;
  const edit = addressEdit(place.range, place.url, rightUrl);
  const title = `Use ${rightUrl.slice(rightUrl.lastIndexOf('/') + 1)}`;
  return [...fixes, { title, edits: [{ path: place.path, edits: [edit] }] }];
}

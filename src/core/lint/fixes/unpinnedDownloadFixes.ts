import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import type { ShellWord } from '../../shell/ShellWord.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import type { DownloadSite } from '../downloadSites.ts';
import type { Fix } from '../Problem.ts';
import type { RunScript } from '../runScripts.ts';
import { addressEdit, catalogDownload, catalogUrl } from './catalogDownload.ts';
import { replaceByStanza } from './replaceByStanza.ts';

/** The script is that of a RUN; what a container fetches when it starts has none. */
type Site = Pick<DownloadSite, 'path' | 'url' | 'range'> & {
  readonly run?: { readonly command: ShellCommand; readonly script?: RunScript };
};

/** The stanza, or the address of the catalog's version. Which version of anything else is wanted only its user knows. */
export function unpinnedDownloadFixes(site: Site, catalog: BinaryCatalog): readonly Fix[] {
  const script = site.run?.script;
  const fixes =
    site.run === undefined || script === undefined ? [] : replaceByStanza(script, site.run.command, catalog);
  const known = catalogDownload(site.url, catalog);
  const url = known === undefined ? undefined : catalogUrl(known.binary, site.url);
  if (known === undefined || url === undefined) return fixes;
  const title = `Take version ${known.binary.version ?? ''} of ${known.binary.name}`;
  return [...fixes, { title, edits: [{ path: site.path, edits: [addressEdit(site.range, site.url, url)] }] }];
}

/** Each `name@latest` of a command whose version the catalog has. None where it has only some of them: then the finding would stay. */
export function pinPackageFixes(
  path: string,
  text: string,
  words: readonly ShellWord[],
  catalog: BinaryCatalog,
): readonly Fix[] {
  const latest = words.filter(({ value }) => value.endsWith('@latest'));
  const edits: TextEdit[] = [];
  const names: string[] = [];
  for (const { range, value } of latest) {
    const binary = catalog.binaries.find(
      ({ source }) => 'package' in source && source.package === value.replace(/@latest$/, ''),
    );
    const at = text.slice(range.start, range.end).lastIndexOf('latest');
    if (binary?.version === undefined || at === -1) return [];
    const start = range.start + at;
    const newText = binary.source.kind === 'go' ? `v${binary.version}` : binary.version;
    edits.push({ range: { start, end: start + 'latest'.length }, newText });
    names.push(`${binary.name} ${binary.version}`);
  }
  return edits.length === 0 ? [] : [{ title: `Take ${names.join(', ')}`, edits: [{ path, edits }] }];
}

import { parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import { stagesOf } from '../dockerfile/stages.ts';
import type { TextEdit } from '../text/TextEdit.ts';
import { type BinaryCatalog, builtInCatalog } from './BinaryCatalog.ts';
import { baseImageOf } from './baseImage.ts';
import type { CatalogBinary } from './catalog.ts';
import { findStanzas } from './findStanzas.ts';
import { withLineEnds } from './insertLines.ts';
import { renderStanza } from './stanza.ts';

/** A binary that may follow `# openclaw-vm: ` at a place of a Dockerfile. */
export interface StanzaCompletion {
  readonly binary: CatalogBinary;
  /** The rest of the stanza: what is written behind `# openclaw-vm: `. */
  readonly text: string;
  /** Its build stage, where it has one. */
  readonly builder?: TextEdit;
}

/** What can be baked at the line of a half-written marker, which begins at an offset; not what the file bakes already. */
export function stanzaCompletions(
  dockerfileText: string,
  offset: number,
  catalog: BinaryCatalog = builtInCatalog,
): readonly StanzaCompletion[] {
  const dockerfile = parseDockerfile(dockerfileText);
  const stage = stagesOf(dockerfile).findLast(({ from }) => from.range.end <= offset);
  if (stage === undefined) return [];
  const base = baseImageOf(stage, offset);
  const baked = new Set(findStanzas(dockerfile).map(({ name }) => name));
  return catalog.binaries.flatMap((binary) => {
    if (baked.has(binary.name)) return [];
    const rendered = renderStanza(binary, base);
    if (!rendered.ok) return [];
    const { builder, lines } = rendered.stanza;
    const text = withLineEnds(lines, dockerfileText).replace(/^#[ \t]*openclaw-vm:[ \t]*/, '');
    if (builder === undefined) return [{ binary, text }];
    const { start } = stage.from.range;
    const newText = withLineEnds(`${builder}\n\n`, dockerfileText);
    return [{ binary, text, builder: { range: { start, end: start }, newText } }];
  });
}

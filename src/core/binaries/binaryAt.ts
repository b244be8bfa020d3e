import { parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import { parseSkill } from '../skills/parseSkill.ts';
import type { TextRange } from '../text/TextRange.ts';
import { isDockerfilePath } from '../workspace/isProjectFile.ts';
import { type BinaryCatalog, builtInCatalog } from './BinaryCatalog.ts';
import type { CatalogBinary } from './catalog.ts';
import { findStanzas } from './findStanzas.ts';

/** The catalog's binary that a place of a file is about: in a Dockerfile its stanza, in a SKILL.md its name among what is required. */
export function binaryAt(
  path: string,
  text: string,
  offset: number,
  catalog: BinaryCatalog = builtInCatalog,
): { readonly binary: CatalogBinary; readonly range: TextRange } | undefined {
  for (const { name, range } of namesIn(path, text)) {
    if (offset < range.start || offset > range.end) continue;
    const binary = catalog.find(name);
    if (binary !== undefined) return { binary, range };
  }
  return undefined;
}

interface NamedPlace {
  readonly name: string;
  readonly range: TextRange;
}

function namesIn(path: string, text: string): readonly NamedPlace[] {
  if (isDockerfilePath(path)) return findStanzas(parseDockerfile(text));
  if (!/(?:^|\/)SKILL\.md$/i.test(path)) return [];
  const result = parseSkill(text);
  if (!result.ok) return [];
  return [...result.skill.bins, ...result.skill.anyBins].flatMap((word) => occurrences(word, text));
}

/** Metadata that is one string of JSON has one range for all of it; then the name is looked for in there. */
function occurrences({ name, range }: NamedPlace, text: string): readonly NamedPlace[] {
  const found: NamedPlace[] = [];
  for (let at = text.indexOf(name, range.start); at !== -1; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length;
    if (end > range.end) break;
    if (!/[\w-]/.test(`${text[at - 1] ?? ''}${text[end] ?? ''}`)) found.push({ name, range: { start: at, end } });
  }
  return found;
}

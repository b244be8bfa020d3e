import type { BinaryCatalog } from './BinaryCatalog.ts';
import type { CatalogBinary } from './catalog.ts';

/** What somebody may have meant: binaries of a skill of that name, then those whose name is a slip or a part away. At most three. */
export function nearBinaries(name: string, catalog: BinaryCatalog): readonly CatalogBinary[] {
  const wanted = name.toLowerCase();
  const ranked = catalog.binaries.flatMap((binary) => {
    const rank = rankOf(binary, wanted);
    return rank === undefined ? [] : [{ binary, rank }];
  });
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, 3)
    .map(({ binary }) => binary);
}

function rankOf({ name, skills }: CatalogBinary, wanted: string): number | undefined {
  if (skills.some((skill) => skill.toLowerCase() === wanted)) return 0;
  const slips = distance(name.toLowerCase(), wanted);
  if (slips <= Math.max(1, Math.floor(wanted.length / 3))) return slips;
  const isPart = wanted.length >= 3 && name.length >= 3 && (name.includes(wanted) || wanted.includes(name));
  return isPart ? 100 + slips : undefined;
}

/** Letters to add, drop or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

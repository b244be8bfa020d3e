import type { BakedBinary } from '../../core/binaries/bakedBinaries.ts';
import type { CatalogBinary } from '../../core/binaries/catalog.ts';
import { checkForUpdate, type UpdateSources } from './checkForUpdate.ts';

export interface Update {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** The entry with the new version and its digests. */
  readonly entry: CatalogBinary;
}

export interface FoundUpdates {
  readonly updates: readonly Update[];
  /** Names of those that are the newest. */
  readonly newest: readonly string[];
  /** Whole sentences: what could not be found out, and why. */
  readonly failures: readonly string[];
  /** Whole sentences about binaries for which nobody can be asked. */
  readonly notAsked: readonly string[];
}

/** Asks for one binary after the other; a host that refuses to answer is not asked again. Rejects only when it is aborted. */
export async function findUpdates(
  baked: readonly BakedBinary[],
  sources: UpdateSources,
  onBinary: (name: string) => void,
  signal?: AbortSignal,
): Promise<FoundUpdates> {
  const updates: Update[] = [];
  const newest: string[] = [];
  const failures = new Set<string>();
  const notAsked: string[] = [];
  const silent = new Set<string>();
  for (const { name, version, binary } of baked) {
    if (binary === undefined) {
      notAsked.push(`${name} is not in the catalog of binaries.`);
      continue;
    }
    const host = binary.source.kind === 'githubRelease' ? 'github' : 'packages';
    if (silent.has(host)) continue;
    onBinary(name);
    const check = await checkForUpdate(binary, version, sources, signal);
    if (check.kind === 'newer') updates.push({ name, from: version, to: check.version, entry: check.binary });
    else if (check.kind === 'newest') newest.push(name);
    else if (check.kind === 'notAsked') notAsked.push(check.reason);
    else {
      failures.add(check.reason);
      if (check.isForAll) silent.add(host);
    }
  }
  return { updates, newest, failures: [...failures], notAsked };
}

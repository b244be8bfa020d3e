import { parseDockerfile } from '../dockerfile/parseDockerfile.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import type { CatalogBinary } from './catalog.ts';
import { findStanzas } from './findStanzas.ts';
import { projectBinaries } from './projectBinaries.ts';

/** A binary whose stanza stands in a Dockerfile. */
export interface BakedBinary {
  readonly name: string;
  /** As its comment has it; `apt` and the like for a distribution's package. */
  readonly version: string;
  /** `undefined` where neither the catalog nor the project knows it (any more). */
  readonly binary: CatalogBinary | undefined;
}

/** The binaries with a stanza in one of the project's Dockerfiles, each once, from the top. */
export function bakedBinaries(project: ProjectFiles, dockerfilePath: string): readonly BakedBinary[] {
  const { catalog } = projectBinaries(project);
  const found = new Map<string, BakedBinary>();
  for (const { name, version } of findStanzas(parseDockerfile(project.texts.get(dockerfilePath) ?? ''))) {
    if (!found.has(name)) found.set(name, { name, version, binary: catalog.find(name) });
  }
  return [...found.values()];
}

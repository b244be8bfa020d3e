import { FileCache } from '../text/FileCache.ts';
import { binariesFileName } from '../workspace/isProjectFile.ts';
import type { ProjectFiles } from '../workspace/ProjectFiles.ts';
import { parentFolder } from '../workspace/paths.ts';
import { type BinaryCatalog, builtInCatalog } from './BinaryCatalog.ts';
import { type BinariesFile, readBinariesFile } from './binariesFile.ts';
import { type ReadEntries, readBinaryEntries } from './readBinaryEntries.ts';

/** The binaries that a project may name: the catalog's, those of its setting, and before all those of its own file. */
export interface ProjectBinaries {
  readonly catalog: BinaryCatalog;
  /** The project's own file. */
  readonly file: (BinariesFile & { readonly path: string }) | undefined;
  /** Mistakes in the setting, ready to show. */
  readonly settingProblems: readonly string[];
}

/** Reads the nearest file of that name in the project's root or above it, as far as the project has it. */
export function projectBinaries(project: ProjectFiles): ProjectBinaries {
  const setting =
    project.ownBinaries === undefined ? noEntries : settings.get(project.root, JSON.stringify(project.ownBinaries));
  const path = filePath(project);
  const file = path === undefined ? undefined : { path, ...files.get(path, project.texts.get(path) ?? '') };
  return {
    catalog: builtInCatalog.with(setting.binaries).with(file?.binaries ?? []),
    file,
    settingProblems: setting.problems.map(({ path: [, index], message }) =>
      typeof index === 'number' ? `Entry ${index + 1}: ${message}` : message,
    ),
  };
}

const noEntries: ReadEntries = { binaries: [], problems: [] };
const settings = new FileCache((json) => readBinaryEntries({ binaries: JSON.parse(json) as unknown }));
const files = new FileCache(readBinariesFile);

function filePath({ root, texts }: ProjectFiles): string | undefined {
  for (let folder = root; ; folder = parentFolder(folder)) {
    const path = `${folder === '/' ? '' : folder}/${binariesFileName}`;
    if (texts.has(path)) return path;
    if (folder === '/' || folder === '') return undefined;
  }
}

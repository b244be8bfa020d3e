import type { ProjectParts } from '../../core/lint/lintParts.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';

/**
 * Reads what a PATH names: a folder with everything in it that the checks read, or a file with its neighbours. `inParts`: a large folder
 * may be given as its parts.
 */
export type ReadProject = (path: string, inParts?: boolean) => ReadProjectResult;

export type ReadProjectResult = ProjectRead | { readonly ok: false; readonly reason: string };

/** Texts have `/` in their paths on every system. */
export interface ProjectRead {
  readonly ok: true;
  readonly project: ProjectFiles;
  /** The one file that findings are wanted for; all files without it. */
  readonly only: string | undefined;
  /** A file of the project as the person would name it: starting with the PATH as given. */
  readonly displayPath: (path: string) => string;
  /** Files that were left out, and why: ready to print. */
  readonly notes: readonly string[];
  /** Of a large project, where they were asked for. Then the files that others name are not read yet. */
  readonly parts?: ProjectParts;
}

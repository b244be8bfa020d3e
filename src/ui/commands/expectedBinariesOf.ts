import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';

/** The binaries that the skills of the workspace need, each once. */
export async function expectedBinariesOf(lint: WorkspaceLint): Promise<readonly string[]> {
  const [projects, { expectedBinaries }] = await Promise.all([
    lint.projects(),
    import('../../core/workspace/expectedBinaries.ts'),
  ]);
  return [...new Set(projects.flatMap(({ files }) => expectedBinaries(files)))];
}

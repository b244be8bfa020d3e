import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';

/** The names of the binaries that the workspace's images should contain, each once. */
export async function expectedBinariesOf(lint: WorkspaceLint): Promise<readonly string[]> {
  const [projects, { expectedBinaries }] = await Promise.all([lint.projects(), import('#checks')]);
  return [...new Set(projects.flatMap(({ files }) => expectedBinaries(files).map(({ name }) => name)))];
}

import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';
import { workspaceProjects } from './workspaceProjects.ts';

/**
 * The names of the binaries that the images of a compose project should contain. None where the project is not in the workspace:
 * what another project's skills need says nothing about it.
 */
export async function expectedBinariesOf(lint: WorkspaceLint, composeProject: string): Promise<readonly string[]> {
  const projects = await workspaceProjects(lint);
  return projects.find((project) => project.composeProject === composeProject)?.expectedBinaries ?? [];
}

import type * as vscode from 'vscode';
import { isBinariesPath } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';

/** A folder of the workspace with a compose file that compose finds by itself. */
export interface WorkspaceProject {
  readonly folder: vscode.Uri;
  /** The folder's name. */
  readonly name: string;
  /** As the engine's labels have it. */
  readonly composeProject: string;
  /** The names of the binaries that its images should contain, each once. */
  readonly expectedBinaries: readonly string[];
  /** The services that run a gateway; all where none can be told from the others. */
  readonly services: readonly string[];
}

/** In the order in which compose looks for them. */
const defaultNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

export async function workspaceProjects(lint: WorkspaceLint): Promise<WorkspaceProject[]> {
  const [projects, checks] = await Promise.all([lint.projects(), import('#checks')]);
  const { composeProjectName, expectedBinaries, findGatewayServices, parseCompose } = checks;
  const found: WorkspaceProject[] = [];
  for (const { folder, files } of projects) {
    const composeFiles = composeFileByFolder(files.texts);
    for (const [path, text] of composeFiles) {
      const compose = parseCompose(text);
      const gateways = findGatewayServices(compose);
      const services = (gateways.length > 0 ? gateways : compose.services).map(({ name }) => name);
      const name = path.slice(path.lastIndexOf('/') + 1);
      // The skills of one of several projects say nothing about the images of the others.
      const own = composeFiles.size === 1 ? files : filesBelow(files, path);
      found.push({
        folder: folder.with({ path }),
        name,
        composeProject: composeProjectName(compose.name?.value, name),
        expectedBinaries: [...new Set(expectedBinaries(own).map((binary) => binary.name))],
        services,
      });
    }
  }
  return found.toSorted((a, b) => a.folder.path.length - b.folder.path.length);
}

function filesBelow(files: ProjectFiles, root: string): ProjectFiles {
  const own = [...files.texts].filter(([path]) => path.startsWith(`${root}/`) || isBinariesPath(path));
  return { ...files, root, texts: new Map(own) };
}

function composeFileByFolder(texts: ReadonlyMap<string, string>): Map<string, string> {
  const folders = new Map<string, string>();
  for (const name of defaultNames) {
    for (const [path, text] of texts) {
      if (!path.endsWith(`/${name}`)) continue;
      const folder = path.slice(0, -name.length - 1);
      if (!folders.has(folder)) folders.set(folder, text);
    }
  }
  return folders;
}

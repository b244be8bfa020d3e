import type * as vscode from 'vscode';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';

/** A folder of the workspace with a compose file that compose finds by itself. */
export interface WorkspaceProject {
  readonly folder: vscode.Uri;
  /** The folder's name. */
  readonly name: string;
  /** The services that run a gateway; all where none can be told from the others. */
  readonly services: readonly string[];
}

/** In the order in which compose looks for them. */
const defaultNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

export async function workspaceProjects(lint: WorkspaceLint): Promise<WorkspaceProject[]> {
  const [projects, { findGatewayServices, parseCompose }] = await Promise.all([lint.projects(), import('#checks')]);
  const found: WorkspaceProject[] = [];
  for (const { folder, files } of projects) {
    for (const [path, text] of composeFileByFolder(files.texts)) {
      const compose = parseCompose(text);
      const gateways = findGatewayServices(compose);
      const services = (gateways.length > 0 ? gateways : compose.services).map(({ name }) => name);
      found.push({ folder: folder.with({ path }), name: path.slice(path.lastIndexOf('/') + 1), services });
    }
  }
  return found.toSorted((a, b) => a.folder.path.length - b.folder.path.length);
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

import * as vscode from 'vscode';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { isDockerfilePath } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { bakeIntoDocument } from '../lint/bakeIntoDocument.ts';
import type { Services } from '../Services.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Puts the stanza of a binary from the catalog into a Dockerfile. */
export const addBinary: CommandHandler = async (services, argument) => {
  const uri = await findDockerfile(services, argument);
  if (uri === undefined) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const name = await askForBinary(await services.lint.projectOf(document));
  if (name === undefined) return;
  await bakeIntoDocument(services.lint, document, name);
};

async function findDockerfile(services: Services, argument: unknown): Promise<vscode.Uri | undefined> {
  if (argument instanceof vscode.Uri) return argument;
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && (active.languageId === 'dockerfile' || isDockerfilePath(active.uri.path)))
    return active.uri;

  const projects = await services.lint.projects();
  const found = projects.flatMap(({ folder, files }) =>
    [...files.texts.keys()].filter(isDockerfilePath).map((path) => folder.with({ path })),
  );
  const [only] = found;
  if (only === undefined) {
    throw new UserFacingError('There is no Dockerfile in the workspace.', {
      remedy: 'Open the folder that holds the Dockerfile of your gateway.',
    });
  }
  if (found.length === 1) return only;
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  return (await vscode.window.showQuickPick(items, { title: 'Add a binary to which Dockerfile?' }))?.uri;
}

async function askForBinary(project: ProjectFiles | undefined): Promise<string | undefined> {
  const { projectBinaries } = await import('#checks');
  const { catalog } = projectBinaries(project ?? { root: '/', texts: new Map() });
  const items = catalog.binaries.map(({ name, summary, version }) => ({
    label: name,
    ...(version === undefined ? {} : { description: version }),
    detail: summary,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Add which binary to the image?',
    placeHolder: 'A binary that a skill needs',
    matchOnDetail: true,
  });
  return chosen?.label;
}

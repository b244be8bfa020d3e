import * as vscode from 'vscode';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { isDockerfilePath } from '../../core/workspace/isProjectFile.ts';
import type { Services } from '../Services.ts';

/** The Dockerfile that a command was asked for, else the one in front, else the only one or the one that the person chooses. */
export async function pickDockerfile(
  services: Services,
  argument: unknown,
  title: string,
): Promise<vscode.Uri | undefined> {
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
  return (await vscode.window.showQuickPick(items, { title }))?.uri;
}

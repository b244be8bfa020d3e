import * as vscode from 'vscode';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { bakeIntoDocument } from '../lint/bakeIntoDocument.ts';
import { pickDockerfile } from './pickDockerfile.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Puts the stanza of a binary from the catalog into a Dockerfile. */
export const addBinary: CommandHandler = async (services, argument) => {
  const uri = await pickDockerfile(services, argument, 'Add a binary to which Dockerfile?');
  if (uri === undefined) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const name = await askForBinary(await services.lint.projectOf(document));
  if (name === undefined) return;
  await bakeIntoDocument(services.lint, document, name);
};

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

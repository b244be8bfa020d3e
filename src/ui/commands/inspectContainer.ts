import * as vscode from 'vscode';
import { maskDocument } from '../../application/maskDocument.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import { requireContainer } from './containerOf.ts';
import type { CommandHandler } from './registerCommands.ts';

/** The engine's JSON about a container as a read-only document, secrets masked. */
export const inspectContainer: CommandHandler = async ({ inventory, documents }, argument) => {
  const { id, name } = requireContainer(inventory, argument);
  if (!isTreeNode(argument)) return;
  const machine = await inventory.machine(argument.machineId);
  const document = maskDocument(await machine.engine.inspectDocument(id));
  const uri = documents.put(`${name}.json`, `${JSON.stringify(document, undefined, 2)}\n`);
  const opened = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(opened, 'json'), {
    preview: true,
  });
};

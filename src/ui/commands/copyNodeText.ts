import * as vscode from 'vscode';
import { isTreeNode } from '../tree/TreeNode.ts';
import { requireContainer } from './containerOf.ts';
import type { CommandHandler } from './registerCommands.ts';

export const copyContainerId: CommandHandler = async ({ inventory }, argument) => {
  await vscode.env.clipboard.writeText(requireContainer(inventory, argument).id);
};

/** `user@host`, as ssh takes it. */
export const copyAddress: CommandHandler = async ({ inventory }, argument) => {
  const address = isTreeNode(argument) ? inventory.entry(argument.machineId)?.address : undefined;
  if (address !== undefined) await vscode.env.clipboard.writeText(address);
};

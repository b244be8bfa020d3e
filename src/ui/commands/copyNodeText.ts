import * as vscode from 'vscode';
import { isTreeNode } from '../tree/TreeNode.ts';
import { requireContainer } from './containerOf.ts';
import type { CommandHandler } from './registerCommands.ts';

export const copyContainerId: CommandHandler = async ({ inventory }, argument) => {
  await vscode.env.clipboard.writeText(requireContainer(inventory, argument).id);
};

/** `user@host`, as ssh takes it; of a Docker context the engine's address, once it is known. */
export const copyAddress: CommandHandler = async ({ inventory }, argument) => {
  const entry = isTreeNode(argument) ? inventory.entry(argument.machineId) : undefined;
  const state = entry?.state;
  const engine = state?.kind === 'connected' || state?.kind === 'stale' ? state.view.way.address : undefined;
  const address = engine ?? entry?.address;
  if (address !== undefined) await vscode.env.clipboard.writeText(address);
};

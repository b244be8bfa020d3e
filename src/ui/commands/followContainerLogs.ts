import { isTreeNode } from '../tree/TreeNode.ts';
import { requireContainer } from './containerOf.ts';
import type { CommandHandler } from './registerCommands.ts';

/** The log of any container, as it comes. */
export const followContainerLogs: CommandHandler = ({ inventory, containerLogs }, argument) => {
  const container = requireContainer(inventory, argument);
  if (isTreeNode(argument)) containerLogs.follow(argument.machineId, container);
};

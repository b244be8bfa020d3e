import { isTreeNode } from '../tree/TreeNode.ts';
import type { CommandHandler } from './registerCommands.ts';

export const closeTunnel: CommandHandler = async (services, argument) => {
  if (isTreeNode(argument) && argument.tunnelId !== undefined)
    await (await services.tunnels()).close(argument.tunnelId);
};

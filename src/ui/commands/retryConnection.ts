import { isTreeNode } from '../tree/TreeNode.ts';
import { pickMachine } from './pickMachine.ts';
import type { CommandHandler } from './registerCommands.ts';

export const retryConnection: CommandHandler = async ({ inventory }, argument) => {
  const machineId = isTreeNode(argument)
    ? argument.machineId
    : (await pickMachine(inventory, 'Connect to which machine?'))?.id;
  if (machineId !== undefined) await inventory.retry(machineId);
};

import * as vscode from 'vscode';
import { pickGateway } from './pickGateway.ts';
import type { CommandHandler } from './registerCommands.ts';

export const tailGatewayLogs: CommandHandler = async ({ inventory, gatewayLogs }, argument) => {
  const gateway = await pickGateway(inventory, argument, 'Tail the log of which gateway?');
  if (gateway !== undefined) gatewayLogs.follow(gateway, tailLines());
};

function tailLines(): number {
  const setting = vscode.workspace.getConfiguration('openclawVm.logs').get<unknown>('tailLines');
  return typeof setting === 'number' && Number.isInteger(setting) && setting >= 0 ? setting : 200;
}

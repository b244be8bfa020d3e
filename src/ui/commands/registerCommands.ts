import * as vscode from 'vscode';
import { reportError } from '../reportError.ts';
import type { Services } from '../Services.ts';
import { addBinary } from './addBinary.ts';
import { addVm } from './addVm.ts';
import { build } from './build.ts';
import { type CommandId, commandIds } from './commandIds.ts';
import { deploy } from './deploy.ts';
import { refresh } from './refresh.ts';
import { removeVm } from './removeVm.ts';
import { retryConnection } from './retryConnection.ts';
import { showGatewayOverview } from './showGatewayOverview.ts';
import { showLog } from './showLog.ts';
import { stopTailingGatewayLogs } from './stopTailingGatewayLogs.ts';
import { tailGatewayLogs } from './tailGatewayLogs.ts';
import { update } from './update.ts';
import { verify } from './verify.ts';

/** `argument`: a tree node from the sidebar, a `Uri` from an editor's title, nothing from the palette: then the command asks. */
export type CommandHandler = (services: Services, argument: unknown) => Promise<void> | void;

const handlers: Record<CommandId, CommandHandler> = {
  [commandIds.addVm]: addVm,
  [commandIds.removeVm]: removeVm,
  [commandIds.refresh]: refresh,
  [commandIds.retryConnection]: retryConnection,
  [commandIds.addBinary]: addBinary,
  [commandIds.build]: build,
  [commandIds.deploy]: deploy,
  [commandIds.update]: update,
  [commandIds.verify]: verify,
  [commandIds.tailGatewayLogs]: tailGatewayLogs,
  [commandIds.stopTailingGatewayLogs]: stopTailingGatewayLogs,
  [commandIds.showGatewayOverview]: showGatewayOverview,
  [commandIds.showLog]: showLog,
};

export function registerCommands(services: Services): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (argument: unknown) => {
      try {
        await handler(services, argument);
      } catch (error) {
        // Nobody waits for the message to be closed.
        void reportError(error, services.log);
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}

import * as vscode from 'vscode';
import type { Engine } from '../../application/ports/Engine.ts';
import type { Services } from '../Services.ts';
import { signalOf } from '../signalOf.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import { requireContainer } from './containerOf.ts';
import type { CommandHandler } from './registerCommands.ts';

export const startContainer: CommandHandler = (services, argument) =>
  changeContainer(services, argument, 'Starting', (engine, id, signal) => engine.startContainer(id, signal));

export const stopContainer: CommandHandler = (services, argument) =>
  changeContainer(services, argument, 'Stopping', (engine, id, signal) => engine.stopContainer(id, signal));

export const restartContainer: CommandHandler = (services, argument) =>
  changeContainer(services, argument, 'Restarting', (engine, id, signal) => engine.restartContainer(id, signal));

/** Asks first, and says what goes with the container. */
export const removeContainer: CommandHandler = async (services, argument) => {
  const { name, state } = requireContainer(services.inventory, argument);
  const remove = 'Remove';
  const chosen = await vscode.window.showWarningMessage(
    `Remove the container "${name}"?`,
    {
      modal: true,
      detail: `${state === 'running' ? 'It is running and will be killed. ' : ''}Everything in it that no bind mount or named volume holds is lost. Its image stays.`,
    },
    remove,
  );
  if (chosen !== remove) return;
  await changeContainer(services, argument, 'Removing', (engine, id, signal) => engine.removeContainer(id, signal));
};

/** The sidebar shows the result by itself, from the engine's events. */
async function changeContainer(
  { inventory }: Services,
  argument: unknown,
  doing: string,
  change: (engine: Engine, containerId: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { id, name } = requireContainer(inventory, argument);
  if (!isTreeNode(argument)) return;
  const { machineId } = argument;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `${doing} ${name}`, cancellable: true },
    async (_progress, token) => {
      const signal = signalOf(token);
      const { engine } = await inventory.machine(machineId, signal);
      await change(engine, id, signal);
    },
  );
}

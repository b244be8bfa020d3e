import * as vscode from 'vscode';
import type { Machine } from '../../application/ports/Machine.ts';
import { requireWholeMachine } from '../../application/vms/engineOnly.ts';
import { openTerminal } from '../terminals/openTerminal.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import { connectVisibly } from './connectVisibly.ts';
import { containerOf } from './containerOf.ts';
import { pickMachine } from './pickMachine.ts';
import type { CommandHandler } from './registerCommands.ts';

// The shell that people like best of those that the image has.
const containerShell = ['sh', '-c', 'if command -v bash >/dev/null 2>&1; then exec bash; fi; exec sh'];

/** A terminal: in the container of a tree node, else on its machine. */
export const openShell: CommandHandler = async ({ inventory }, argument) => {
  const machineId = isTreeNode(argument)
    ? argument.machineId
    : (await pickMachine(inventory, 'Open a shell on which machine?'))?.id;
  const entry = machineId === undefined ? undefined : inventory.entry(machineId);
  if (entry === undefined) return;
  const machine: Machine = await connectVisibly(inventory, entry);
  const container = containerOf(inventory, argument);
  if (container !== undefined) {
    openTerminal(`${container.name} (${entry.name})`, (size) =>
      machine.engine.openTerminal(container.id, containerShell, size),
    );
  } else if (machine.openShell !== undefined) {
    const { openShell: open } = machine;
    openTerminal(entry.name, open);
  } else {
    requireWholeMachine(machine, 'there is no terminal of it; its containers have theirs');
    vscode.window.createTerminal().show();
  }
};

import * as vscode from 'vscode';
import type { Machine } from '../../application/ports/Machine.ts';
import type { MachineEntry } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { signalOf } from '../signalOf.ts';

/** The connected machine; while it takes its time a notification says so and can cancel. */
export async function connectVisibly(
  inventory: VmInventory,
  entry: Pick<MachineEntry, 'id' | 'name'>,
): Promise<Machine> {
  if (inventory.entry(entry.id)?.state.kind === 'connected') return inventory.machine(entry.id);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Connecting to ${entry.name}`, cancellable: true },
    (_progress, token) => inventory.machine(entry.id, signalOf(token)),
  );
}

import type * as vscode from 'vscode';
import type { ConnectionError } from '../application/ConnectionError.ts';
import type { MachineId } from '../application/vms/MachineState.ts';
import type { VmInventory } from '../application/vms/VmInventory.ts';

/** The sidebar says what is wrong; the log also says why, once for each time. */
export function logConnectionProblems(inventory: VmInventory, log: vscode.LogOutputChannel): vscode.Disposable {
  const logged = new Map<MachineId, ConnectionError>();
  const stopListening = inventory.onDidChange((id) => {
    const state = id === undefined ? undefined : inventory.entry(id)?.state;
    if (id === undefined || (state?.kind !== 'failed' && state?.kind !== 'stale')) return;
    if (logged.get(id) === state.error) return;
    logged.set(id, state.error);
    log.warn(`${id}: ${state.error.message}`, ...causesOf(state.error));
  });
  return { dispose: stopListening };
}

function causesOf(error: Error): unknown[] {
  return error.cause === undefined ? [] : [error.cause];
}

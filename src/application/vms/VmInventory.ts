import type { Vm } from '../../core/vm/Vm.ts';
import type { Machine } from '../ports/Machine.ts';
import type { HostKeyDecision, MachineConnector } from '../ports/MachineConnector.ts';
import type { MachineEntry, MachineId } from './MachineState.ts';

export interface VmInventoryOptions {
  readonly connector: MachineConnector;
  /** From the settings; call `setVms` when they change. */
  readonly vms: readonly Vm[];
  readonly hostKeys: HostKeyDecision;
  /** For the log channel. */
  readonly log: (message: string, cause?: unknown) => void;
}

/**
 * The machines of the sidebar: the local engine first, then the VMs. Connects when somebody looks or asks; then one list and the
 * event stream, no polling; what is no longer known to be true is `stale`. Comes back by itself only while visible.
 */
export class VmInventory {
  constructor(_options: VmInventoryOptions) {
    throw new Error('not available yet');
  }
  /** A snapshot in order; the array and each entry are new values when something changed. */
  get machines(): readonly MachineEntry[] {
    throw new Error('not available yet');
  }
  entry(_id: MachineId): MachineEntry | undefined {
    throw new Error('not available yet');
  }
  setVms(_vms: readonly Vm[]): void {}
  /** Whether a view shows the machines: connects them all, and reconnects lost ones with back-off, only while true. */
  setVisible(_visible: boolean): void {}
  /** Connects now, whatever the state; resolves when connected or failed. */
  retry(_id: MachineId): Promise<void> {
    throw new Error('not available yet');
  }
  /** For commands: the connected machine; connects if needed. Rejects with `ConnectionError`. Do not `close` it. */
  machine(_id: MachineId, _signal?: AbortSignal): Promise<Machine> {
    throw new Error('not available yet');
  }
  /** Tells which machine changed (`undefined`: the list itself). Returns the way to stop listening. */
  onDidChange(_listener: (id: MachineId | undefined) => void): () => void {
    throw new Error('not available yet');
  }
  /** Closes every connection. */
  dispose(): void {}
}

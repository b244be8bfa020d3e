import type { Tunnel } from '../../application/tunnels/Tunnels.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';

/** What the nodes of the sidebar are drawn from. */
export interface TreeSource {
  readonly inventory: VmInventory;
  /** The text of the filter; empty for none. */
  readonly filterText: string;
  /** Those that are open, of all machines. */
  readonly tunnels: readonly Tunnel[];
}

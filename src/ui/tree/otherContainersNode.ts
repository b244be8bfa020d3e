import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { containerNodes, type KnownContainers } from './containerNode.ts';
import { type Branch, KnownNodes } from './KnownNodes.ts';

export interface ShownOthers {
  readonly containers: readonly Container[];
  readonly isStale: boolean;
}

export interface OthersBranch extends Branch {
  readonly containers: KnownContainers;
}

export type KnownOthers = KnownNodes<ShownOthers, OthersBranch>;

/** Containers that compose did not make, folded away: one node, or none. */
export function otherContainersNodes(inventory: VmInventory, machineId: MachineId): KnownOthers {
  return new KnownNodes(
    () => '',
    (read) => othersBranch(inventory, machineId, read),
  );
}

function othersBranch(inventory: VmInventory, machineId: MachineId, read: () => ShownOthers): OthersBranch {
  const id = `${machineId}/otherContainers`;
  const known = containerNodes(inventory, machineId);
  return {
    containers: known,
    node: {
      id,
      machineId,
      item: () => {
        const item = new vscode.TreeItem('Other containers', vscode.TreeItemCollapsibleState.Collapsed);
        item.id = id;
        item.description = String(read().containers.length);
        item.iconPath = new vscode.ThemeIcon('archive');
        item.contextValue = 'otherContainers';
        item.tooltip = 'Containers without a compose project';
        return item;
      },
      children: () => {
        const { containers, isStale } = read();
        return known.show(containers.map((container) => ({ container, isGateway: false, isStale })));
      },
    },
  };
}

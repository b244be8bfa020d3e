import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { containerNode } from './containerNode.ts';
import type { TreeNode } from './TreeNode.ts';

/** Containers that compose did not make, folded away. */
export function otherContainersNode(
  inventory: VmInventory,
  machineId: MachineId,
  containers: readonly Container[],
  isStale: boolean,
): TreeNode {
  const id = `${machineId}/otherContainers`;
  return {
    id,
    machineId,
    item: () => {
      const item = new vscode.TreeItem('Other containers', vscode.TreeItemCollapsibleState.Collapsed);
      item.id = id;
      item.description = String(containers.length);
      item.iconPath = new vscode.ThemeIcon('archive');
      item.contextValue = 'otherContainers';
      item.tooltip = 'Containers without a compose project';
      return item;
    },
    children: () => containers.map((container) => containerNode(inventory, machineId, container, false, isStale)),
  };
}

import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';
import type { ComposeService, MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { containerIcon, worstContainer } from './containerLook.ts';
import { containerNode } from './containerNode.ts';
import type { TreeNode } from './TreeNode.ts';

export function serviceNode(
  inventory: VmInventory,
  machineId: MachineId,
  project: string,
  service: ComposeService,
  isStale: boolean,
): TreeNode {
  const id = `${machineId}/project/${project}/service/${service.name}`;
  return {
    id,
    machineId,
    project,
    service: service.name,
    item: () => {
      const item = new vscode.TreeItem(service.name, vscode.TreeItemCollapsibleState.Expanded);
      const worst = worstContainer(service.containers);
      item.id = id;
      item.description = descriptionOf(service.containers);
      item.iconPath = worst === undefined ? new vscode.ThemeIcon('circle-outline') : containerIcon(worst);
      item.contextValue = service.isGateway ? 'service.gateway' : 'service';
      item.tooltip = `${service.isGateway ? 'Gateway' : 'Service'} ${service.name} of ${project}`;
      return item;
    },
    children: () =>
      service.containers.map((container) => containerNode(inventory, machineId, container, service.isGateway, isStale)),
  };
}

function descriptionOf(containers: readonly Container[]): string {
  const [first] = containers;
  if (first === undefined) return 'no container';
  if (containers.length === 1) return first.status;
  return `${containers.filter(({ state }) => state === 'running').length} of ${containers.length} running`;
}

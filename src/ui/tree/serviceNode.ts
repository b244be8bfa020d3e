import * as vscode from 'vscode';
import type { Container } from '../../application/ports/Engine.ts';
import type { ComposeService, MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { groupIcon } from './containerLook.ts';
import { containerNodes, type KnownContainers } from './containerNode.ts';
import { type Branch, KnownNodes } from './KnownNodes.ts';

export interface ShownService {
  readonly service: ComposeService;
  readonly isStale: boolean;
}

export interface ServiceBranch extends Branch {
  readonly containers: KnownContainers;
}

export type KnownServices = KnownNodes<ShownService, ServiceBranch>;

export function serviceNodes(inventory: VmInventory, machineId: MachineId, project: string): KnownServices {
  return new KnownNodes(
    ({ service }) => service.name,
    (read) => serviceBranch(inventory, machineId, project, read),
  );
}

function serviceBranch(
  inventory: VmInventory,
  machineId: MachineId,
  project: string,
  read: () => ShownService,
): ServiceBranch {
  const { name } = read().service;
  const id = `${machineId}/project/${project}/service/${name}`;
  const containers = containerNodes(inventory, machineId);
  return {
    containers,
    node: {
      id,
      machineId,
      project,
      service: name,
      item: () => {
        const { service } = read();
        const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
        item.id = id;
        item.description = descriptionOf(service.containers);
        item.iconPath = groupIcon(service.containers);
        item.contextValue = service.isGateway ? 'service.gateway' : 'service';
        item.tooltip = `${service.isGateway ? 'Gateway' : 'Service'} ${name} of ${project}`;
        return item;
      },
      children: () => {
        const { service, isStale } = read();
        const { isGateway } = service;
        return containers.show(service.containers.map((container) => ({ container, isGateway, isStale })));
      },
    },
  };
}

function descriptionOf(containers: readonly Container[]): string {
  const [first] = containers;
  if (first === undefined) return 'no container';
  if (containers.length === 1) return first.status;
  return `${containers.filter(({ state }) => state === 'running').length} of ${containers.length} running`;
}

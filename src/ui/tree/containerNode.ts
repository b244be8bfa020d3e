import * as vscode from 'vscode';
import type { Container, ContainerDetails, PublishedPort } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import { publishedAddress } from '../../application/vms/publishedAddress.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { binariesGroup } from './binariesGroup.ts';
import { containerGroups } from './containerGroups.ts';
import { containerIcon } from './containerLook.ts';
import { driftGroup } from './driftGroup.ts';
import { type Branch, KnownNodes } from './KnownNodes.ts';
import type { TreeNode } from './TreeNode.ts';

export interface ShownContainer {
  readonly container: Container;
  readonly isGateway: boolean;
  readonly isStale: boolean;
}

export type KnownContainers = KnownNodes<ShownContainer, Branch>;

export function containerNodes(inventory: VmInventory, machineId: MachineId): KnownContainers {
  return new KnownNodes(
    // A recreated container has another id but takes the same place in the tree.
    ({ container }) => container.name,
    (read) => ({ node: containerNode(inventory, machineId, read) }),
  );
}

function containerNode(inventory: VmInventory, machineId: MachineId, read: () => ShownContainer): TreeNode {
  const { name, compose } = read().container;
  const id = `${machineId}/container/${name}`;
  let inspected: { readonly of: Container; readonly details: Promise<ContainerDetails> } | undefined;
  /** Asked for once as long as the container is as it was. */
  const inspect = (container: Container): Promise<ContainerDetails> => {
    if (inspected?.of === container) return inspected.details;
    const details = inventory.machine(machineId).then(({ engine }) => engine.inspectContainer(container.id));
    inspected = { of: container, details };
    details.catch(() => {
      inspected = undefined;
    });
    return details;
  };
  return {
    id,
    machineId,
    containerName: name,
    ...(compose === undefined ? {} : { project: compose.project, service: compose.service }),
    item: () => {
      const { container, isGateway, isStale } = read();
      const item = new vscode.TreeItem(shortName(container), vscode.TreeItemCollapsibleState.Collapsed);
      item.id = id;
      item.description = isStale ? `last seen: ${container.status}` : container.status;
      item.iconPath = containerIcon(container);
      item.contextValue = contextValueOf(container, isGateway);
      return item;
    },
    children: async () => {
      const { container, isGateway, isStale } = read();
      if (isStale) return [];
      const details = await inspect(container);
      return [
        ...(isGateway && container.state === 'running'
          ? [binariesGroup(inventory, machineId, container, details)]
          : []),
        ...containerGroups(machineId, container, details),
        driftGroup(inventory, machineId, container, details),
      ];
    },
    resolve: async (item) => {
      const { container, isStale } = read();
      const tooltip = tooltipOf(container);
      item.tooltip = tooltip;
      if (isStale) return;
      const { createdAt, restartCount, exitCode, state } = await inspect(container);
      addFact(tooltip, 'Created', new Date(createdAt).toLocaleString());
      addFact(tooltip, 'Restarts', String(restartCount));
      if (state !== 'running') addFact(tooltip, 'Exit code', String(exitCode));
    },
  };
}

function contextValueOf({ state }: Container, isGateway: boolean): string {
  const isStopped = state === 'exited' || state === 'created' || state === 'dead';
  if (isGateway) return isStopped ? contextValues.stoppedGateway : contextValues.runningGateway;
  return isStopped ? contextValues.stopped : contextValues.running;
}

const contextValues = {
  running: 'container.running',
  stopped: 'container.stopped',
  runningGateway: 'container.gateway.running',
  stoppedGateway: 'container.gateway.stopped',
} as const;

/** Compose names containers `PROJECT-SERVICE-NUMBER`; the project stands two lines above. */
function shortName({ name, compose }: Container): string {
  const prefix = `${compose?.project}-`;
  return compose !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function tooltipOf(container: Container): vscode.MarkdownString {
  const ports = container.ports.filter((port) => port.hostPort !== undefined);
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendText(container.name).appendMarkdown('\n\n');
  addFact(tooltip, 'Image', container.image);
  addFact(tooltip, 'State', container.status);
  if (container.health !== 'none') addFact(tooltip, 'Health', container.health);
  if (ports.length > 0) addFact(tooltip, 'Ports', [...new Set(ports.map(portText))].join(', '));
  addFact(tooltip, 'Id', container.id.slice(0, 12));
  return tooltip;
}

/** Values come from the engine: they are shown as text, never as markup. */
export function addFact(tooltip: vscode.MarkdownString, label: string, value: string): void {
  tooltip.appendMarkdown(`**${label}:** `).appendText(value).appendMarkdown('  \n');
}

function portText(port: PublishedPort): string {
  return `${publishedAddress(port)} → ${port.containerPort}/${port.protocol}`;
}

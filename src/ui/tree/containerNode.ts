import * as vscode from 'vscode';
import type { Container, PublishedPort } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import { containerIcon } from './containerLook.ts';
import type { TreeNode } from './TreeNode.ts';

export function containerNode(
  machineId: MachineId,
  container: Container,
  isGateway: boolean,
  isStale: boolean,
): TreeNode {
  // A recreated container has another id but takes the same place in the tree.
  const id = `${machineId}/container/${container.name}`;
  return {
    id,
    machineId,
    ...(container.compose === undefined
      ? {}
      : { project: container.compose.project, service: container.compose.service }),
    item: () => {
      const item = new vscode.TreeItem(shortName(container));
      item.id = id;
      item.description = isStale ? `last seen: ${container.status}` : container.status;
      item.iconPath = containerIcon(container);
      item.contextValue = isGateway ? 'container.gateway' : 'container';
      item.tooltip = tooltipOf(container);
      return item;
    },
    children: () => [],
  };
}

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
  const host = port.hostAddress.includes(':') ? `[${port.hostAddress}]` : port.hostAddress;
  return `${host}:${port.hostPort} → ${port.containerPort}/${port.protocol}`;
}

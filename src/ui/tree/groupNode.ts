import * as vscode from 'vscode';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { TreeNode } from './TreeNode.ts';

export interface Group {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly tooltip: string;
  /** Asked for when the group is unfolded. */
  readonly children: () => Promise<readonly TreeNode[]> | readonly TreeNode[];
  readonly isReadAnew?: boolean;
}

/** A folded line with more below it. */
export function groupNode(machineId: MachineId, group: Group): TreeNode {
  return {
    id: group.id,
    machineId,
    item: () => {
      const item = new vscode.TreeItem(group.label, vscode.TreeItemCollapsibleState.Collapsed);
      item.id = group.id;
      if (group.description !== undefined) item.description = group.description;
      item.iconPath = new vscode.ThemeIcon(group.icon);
      item.contextValue = 'group';
      item.tooltip = group.tooltip;
      return item;
    },
    children: group.children,
    isReadAnew: group.isReadAnew === true,
  };
}

export interface Leaf {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly tooltip: string;
  readonly contextValue?: string;
  /** What the commands need of it. */
  readonly facts?: Pick<TreeNode, 'containerName' | 'containerPort' | 'tunnelId'>;
}

/** A line with nothing below it. */
export function leafNode(machineId: MachineId, leaf: Leaf): TreeNode {
  return {
    id: leaf.id,
    machineId,
    ...leaf.facts,
    item: () => {
      const item = new vscode.TreeItem(leaf.label);
      item.id = leaf.id;
      if (leaf.description !== undefined) item.description = leaf.description;
      item.iconPath = new vscode.ThemeIcon(leaf.icon);
      item.contextValue = leaf.contextValue ?? 'leaf';
      item.tooltip = leaf.tooltip;
      return item;
    },
    children: () => [],
  };
}

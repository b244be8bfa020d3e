import type * as vscode from 'vscode';
import type { MachineId } from '../../application/vms/MachineState.ts';

/** One line of the sidebar. Ids stay the same as long as the thing behind them does, so that folds and selection survive refreshes. */
export interface TreeNode {
  readonly id: string;
  readonly machineId: MachineId;
  /** Compose project that the node stands for or lies in. */
  readonly project?: string;
  /** Compose service that the node stands for or lies in. */
  readonly service?: string;
  /** Container that the node stands for or lies in. */
  readonly containerName?: string;
  readonly containerPort?: number;
  readonly tunnelId?: string;
  item(): vscode.TreeItem;
  children(): readonly TreeNode[] | Promise<readonly TreeNode[]>;
  /** No event tells when the children change: they are asked for again each time somebody unfolds the node. */
  readonly isReadAnew?: boolean;
  /** Adds what takes a question to the machine, such as a tooltip; asked for when somebody points at the line. */
  readonly resolve?: (item: vscode.TreeItem) => Promise<void>;
}

export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'machineId' in value && 'item' in value;
}

import * as vscode from 'vscode';
import type { MachineId } from '../../application/vms/MachineState.ts';
import { commandIds } from '../commands/commandIds.ts';
import type { TreeNode } from './TreeNode.ts';

export interface Hint {
  readonly key: string;
  readonly label: string;
  readonly icon: vscode.ThemeIcon;
  /** Run by a click. */
  readonly command?: vscode.Command;
}

/** A line that says something and may do something: what is wrong, what to do about it. */
export function hintNode(machineId: MachineId, hint: Hint): TreeNode {
  const id = `${machineId}/hint/${hint.key}`;
  return {
    id,
    machineId,
    item: () => {
      const item = new vscode.TreeItem(hint.label);
      item.id = id;
      item.iconPath = hint.icon;
      item.contextValue = 'hint';
      item.tooltip = hint.label;
      if (hint.command !== undefined) item.command = hint.command;
      return item;
    },
    children: () => [],
  };
}

export function retryHint(node: TreeNode): Hint {
  return {
    key: 'retry',
    label: 'Try again',
    icon: new vscode.ThemeIcon('debug-restart'),
    command: { command: commandIds.retryConnection, title: 'Try again', arguments: [node] },
  };
}

export const addVmHint: Hint = {
  key: 'addVm',
  label: 'Add a VM over SSH…',
  icon: new vscode.ThemeIcon('add'),
  command: { command: commandIds.addVm, title: 'Add VM…' },
};

export const getDockerHint: Hint = {
  key: 'getDocker',
  label: 'Get Docker for this machine…',
  icon: new vscode.ThemeIcon('link-external'),
  command: {
    command: 'vscode.open',
    title: 'Get Docker',
    arguments: [vscode.Uri.parse('https://docs.docker.com/engine/install/')],
  },
};

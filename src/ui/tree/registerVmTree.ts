import * as vscode from 'vscode';
import type { Services } from '../Services.ts';
import { VmTree } from './VmTree.ts';

export const vmsViewId = 'openclawVm.vms';

export function registerVmTree({ inventory }: Services): vscode.Disposable {
  const tree = new VmTree(inventory);
  const view = vscode.window.createTreeView(vmsViewId, { treeDataProvider: tree, showCollapseAll: true });
  // The first event may come before anybody listens; afterwards the view tells each change.
  inventory.setVisible(view.visible);
  const watching = view.onDidChangeVisibility(({ visible }) => inventory.setVisible(visible));
  return vscode.Disposable.from(watching, view, tree);
}

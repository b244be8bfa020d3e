import * as vscode from 'vscode';
import type { LazyServices } from '../LazyServices.ts';
import { VmTree } from './VmTree.ts';
import { vmsViewId } from './vmsViewId.ts';

export function registerVmTree(services: LazyServices): vscode.Disposable {
  const tree = new VmTree(services);
  const view = vscode.window.createTreeView(vmsViewId, { treeDataProvider: tree, showCollapseAll: true });
  const tellVisible = async (): Promise<void> => (await services.get()).inventory.setVisible(view.visible);
  // The first event may come before anybody listens; afterwards the view tells each change.
  if (view.visible) void tellVisible();
  const watching = view.onDidChangeVisibility(() => void tellVisible());
  const unfolding = view.onDidExpandElement(({ element }) => tree.unfolded(element));
  return vscode.Disposable.from(watching, unfolding, view, tree);
}

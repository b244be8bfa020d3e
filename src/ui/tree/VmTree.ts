import * as vscode from 'vscode';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { LazyServices } from '../LazyServices.ts';
import type { TreeNode } from './TreeNode.ts';

/** The sidebar. It shows what the inventory knows and asks for nothing itself; until it is drawn, there is no inventory. */
export class VmTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #services: LazyServices;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  /** VS Code finds what to refresh by the very object. */
  readonly #machineNodes = new Map<MachineId, TreeNode>();
  #stopListening: (() => void) | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(services: LazyServices) {
    this.#services = services;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.item();
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined) return [...node.children()];
    const [{ inventory }, { machineNode }] = await Promise.all([this.#services.get(), import('#sidebar')]);
    this.#stopListening ??= inventory.onDidChange((id) => {
      this.#changed.fire(id === undefined ? undefined : this.#machineNodes.get(id));
    });
    return inventory.machines.map(({ id }) => {
      const known = this.#machineNodes.get(id) ?? machineNode(id, () => inventory.entry(id));
      this.#machineNodes.set(id, known);
      return known;
    });
  }

  dispose(): void {
    this.#stopListening?.();
    this.#changed.dispose();
  }
}

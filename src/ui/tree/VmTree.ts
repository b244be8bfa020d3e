import * as vscode from 'vscode';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { machineNode } from './machineNode.ts';
import type { TreeNode } from './TreeNode.ts';

/** The sidebar. It shows what the inventory knows and asks for nothing itself. */
export class VmTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #inventory: VmInventory;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  /** VS Code finds what to refresh by the very object. */
  readonly #machineNodes = new Map<MachineId, TreeNode>();
  readonly #stopListening: () => void;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(inventory: VmInventory) {
    this.#inventory = inventory;
    this.#stopListening = inventory.onDidChange((id) => {
      this.#changed.fire(id === undefined ? undefined : this.#machineNodes.get(id));
    });
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.item();
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node !== undefined) return [...node.children()];
    return this.#inventory.machines.map(({ id }) => {
      const known = this.#machineNodes.get(id) ?? machineNode(id, () => this.#inventory.entry(id));
      this.#machineNodes.set(id, known);
      return known;
    });
  }

  dispose(): void {
    this.#stopListening();
    this.#changed.dispose();
  }
}

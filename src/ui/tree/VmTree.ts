import * as vscode from 'vscode';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { LazyServices } from '../LazyServices.ts';
import type { Services } from '../Services.ts';
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
    if (node !== undefined) return [...(await node.children())];
    const [services, { machineNode }] = await Promise.all([this.#services.get(), import('#sidebar')]);
    const { inventory } = services;
    this.#stopListening ??= this.#listen(services);
    return inventory.machines.map(({ id }) => {
      const known = this.#machineNodes.get(id) ?? machineNode(id, services.treeSource);
      this.#machineNodes.set(id, known);
      return known;
    });
  }

  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    await node.resolve?.(item);
    return item;
  }

  #listen(services: Services): () => void {
    const stop = services.inventory.onDidChange((id) => {
      this.#changed.fire(id === undefined ? undefined : this.#machineNodes.get(id));
    });
    const others = services.onDidChangeTree(() => this.#changed.fire(undefined));
    return () => {
      stop();
      others.dispose();
    };
  }

  dispose(): void {
    this.#stopListening?.();
    this.#changed.dispose();
  }
}

import * as vscode from 'vscode';
import type { MachineId, MachineState } from '../../application/vms/MachineState.ts';
import type { LazyServices } from '../LazyServices.ts';
import type { Services } from '../Services.ts';
import type { MachineBranch } from './machineNode.ts';
import type { TreeNode } from './TreeNode.ts';

/** The sidebar. It shows what the inventory knows and asks for nothing itself; until it is drawn, there is no inventory. */
export class VmTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #services: LazyServices;
  readonly #changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #machines = new Map<MachineId, DrawnMachine>();
  /** Those that were unfolded before. */
  readonly #unfolded = new WeakSet<TreeNode>();
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
    const [services, { machineBranch }] = await Promise.all([this.#services.get(), import('#sidebar')]);
    const { inventory } = services;
    this.#stopListening ??= this.#listen(services);
    return inventory.machines.map(({ id, state }) => {
      const known = this.#machines.get(id) ?? { branch: machineBranch(id, services.treeSource), state };
      this.#machines.set(id, known);
      return known.branch.node;
    });
  }

  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    await node.resolve?.(item);
    return item;
  }

  /** VS Code remembers the children of what was folded. */
  unfolded(node: TreeNode): void {
    if (node.isReadAnew !== true) return;
    if (this.#unfolded.has(node)) this.#changed.fire([node]);
    this.#unfolded.add(node);
  }

  #listen(services: Services): () => void {
    const { inventory } = services;
    const stop = inventory.onDidChange((id) => {
      if (id === undefined) this.#changed.fire(undefined);
      else this.#refresh(id, inventory.entry(id)?.state);
    });
    const others = services.onDidChangeTree(() => this.#changed.fire(undefined));
    return () => {
      stop();
      others.dispose();
    };
  }

  /** Only what looks different now: each line that is drawn anew costs the editor something, and there may be thousands. */
  #refresh(id: MachineId, state: MachineState | undefined): void {
    const machine = this.#machines.get(id);
    if (machine === undefined || state === undefined) return;
    const nodes = machine.branch.changed(machine.state, state);
    machine.state = state;
    if (nodes.length > 0) this.#changed.fire([...nodes]);
  }

  dispose(): void {
    this.#stopListening?.();
    this.#changed.dispose();
  }
}

interface DrawnMachine {
  readonly branch: MachineBranch;
  /** As of the last refresh. */
  state: MachineState;
}

import * as vscode from 'vscode';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';
import type { RunningBinaries } from './RunningBinaries.ts';

/** What can be baked: one binary into one Dockerfile. */
export interface SkillBake {
  readonly dockerfile: vscode.Uri;
  readonly name: string;
}

/** One line of the Skills view. */
export interface SkillNode {
  readonly item: vscode.TreeItem;
  readonly children: readonly SkillNode[];
  readonly bake?: SkillBake;
}

/** The skills of the workspace; what draws them is loaded when somebody looks. */
export class SkillsTree implements vscode.TreeDataProvider<SkillNode>, vscode.Disposable {
  readonly #lint: WorkspaceLint;
  readonly #running: RunningBinaries;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(lint: WorkspaceLint, running: RunningBinaries) {
    this.#lint = lint;
    this.#running = running;
    const refresh = () => this.#changed.fire();
    this.#listening = vscode.Disposable.from(lint.onDidCheck(refresh), running.onDidChange(refresh));
  }

  getTreeItem(node: SkillNode): vscode.TreeItem {
    return node.item;
  }

  async getChildren(node?: SkillNode): Promise<SkillNode[]> {
    if (node !== undefined) return [...node.children];
    const { skillNodes } = await import('#authoring');
    return skillNodes(this.#lint, this.#running);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}

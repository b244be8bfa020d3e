import * as vscode from 'vscode';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';
import type { RunningBinaries } from './RunningBinaries.ts';
import { SkillsTree } from './SkillsTree.ts';

/** As package.json contributes it. */
const skillsViewId = 'openclawVm.skills';

export function registerSkills(lint: WorkspaceLint, running: RunningBinaries): vscode.Disposable {
  const tree = new SkillsTree(lint, running);
  const view = vscode.window.createTreeView(skillsViewId, { treeDataProvider: tree, showCollapseAll: true });
  return vscode.Disposable.from(running, view, tree);
}

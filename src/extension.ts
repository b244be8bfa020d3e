import type * as vscode from 'vscode';
import { keepCodeIn } from '#codeCache';
import { registerCommands } from './ui/commands/registerCommands.ts';
import { LazyServices } from './ui/LazyServices.ts';
import { registerLint } from './ui/lint/registerLint.ts';
import { WorkspaceLint } from './ui/lint/WorkspaceLint.ts';
import { RunningBinaries } from './ui/skills/RunningBinaries.ts';
import { registerSkills } from './ui/skills/registerSkills.ts';
import { registerVmTree } from './ui/tree/registerVmTree.ts';

/** Registers and does no more; the rest is in bundles of its own, loaded when somebody looks or asks. */
export function activate(context: vscode.ExtensionContext): void {
  keepCodeIn(context.globalStorageUri.fsPath);
  const lint = new WorkspaceLint();
  const running = new RunningBinaries();
  const services = new LazyServices(async () => {
    const { Services } = await import('#sidebar');
    return new Services(context, { lint, running }, () => import('#vmAdapters'));
  });
  context.subscriptions.push(
    registerLint(lint),
    registerSkills(lint, running),
    services,
    registerVmTree(services),
    registerCommands(services),
  );
}

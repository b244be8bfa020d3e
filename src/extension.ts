import type * as vscode from 'vscode';
import { registerCommands } from './ui/commands/registerCommands.ts';
import { LazyServices } from './ui/LazyServices.ts';
import { registerLint } from './ui/lint/registerLint.ts';
import { WorkspaceLint } from './ui/lint/WorkspaceLint.ts';
import { registerVmTree } from './ui/tree/registerVmTree.ts';

/** Registers and does no more; the rest is in bundles of its own, loaded when somebody looks or asks. */
export function activate(context: vscode.ExtensionContext): void {
  const lint = new WorkspaceLint();
  const services = new LazyServices(async () => {
    const { Services } = await import('#sidebar');
    return new Services(context, lint, () => import('#vmAdapters'));
  });
  context.subscriptions.push(registerLint(lint), services, registerVmTree(services), registerCommands(services));
}

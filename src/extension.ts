import type * as vscode from 'vscode';
import { registerCommands } from './ui/commands/registerCommands.ts';
import { registerLint } from './ui/lint/registerLint.ts';
import { Services } from './ui/Services.ts';
import { registerVmTree } from './ui/tree/registerVmTree.ts';

export function activate(context: vscode.ExtensionContext): void {
  const services = new Services(context, () => import('#vmAdapters'));
  context.subscriptions.push(
    services,
    registerLint(services.lint),
    registerVmTree(services),
    registerCommands(services),
  );
}

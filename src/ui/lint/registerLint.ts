import * as vscode from 'vscode';
import { BakeActions } from './BakeActions.ts';
import { Explanations } from './Explanations.ts';
import { ProblemFixes } from './ProblemFixes.ts';
import type { WorkspaceLint } from './WorkspaceLint.ts';

/** Everything that VS Code may open and edit; output channels and read-only versions of files are left alone. */
const anyFile: vscode.DocumentSelector = [{ pattern: '**/*' }];

export function registerLint(lint: WorkspaceLint): vscode.Disposable {
  return vscode.Disposable.from(
    lint,
    vscode.languages.registerCodeActionsProvider(anyFile, new ProblemFixes(lint), ProblemFixes.metadata),
    vscode.languages.registerHoverProvider(anyFile, new Explanations(lint)),
    vscode.languages.registerCodeActionsProvider(anyFile, new BakeActions(lint), BakeActions.metadata),
  );
}

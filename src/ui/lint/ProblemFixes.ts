import * as vscode from 'vscode';
import { type Fix, type Problem, preferredFix } from '../../core/lint/Problem.ts';
import type { LintResult } from './FolderLint.ts';
import { diagnosticSource } from './toDiagnostic.ts';
import { toWorkspaceEdit } from './toWorkspaceEdit.ts';
import type { WorkspaceLint } from './WorkspaceLint.ts';

/** The light bulb: each fix of each problem under the cursor, computed for the text as it is at this moment. */
export class ProblemFixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };
  readonly #lint: WorkspaceLint;

  constructor(lint: WorkspaceLint) {
    this.#lint = lint;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const result = await this.#lint.resultFor(document);
    const problems = result?.problemsByPath.get(result.pathOf(document.uri)) ?? [];
    if (result === undefined) return [];
    return problems
      .filter((problem) => result.rangeOf(problem.path, problem.range).intersection(range) !== undefined)
      .flatMap((problem) => {
        const { fixes } = problem;
        const preferred = preferredFix({ fixes });
        return fixes.map((fix) => toAction(problem, fix, fix === preferred, result, context));
      });
  }
}

function toAction(
  problem: Problem,
  fix: Fix,
  isPreferred: boolean,
  result: LintResult,
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = toWorkspaceEdit(fix.edits, result);
  action.isPreferred = isPreferred;
  action.diagnostics = context.diagnostics.filter(
    (diagnostic) => diagnostic.source === diagnosticSource && diagnostic.message === problem.message,
  );
  return action;
}

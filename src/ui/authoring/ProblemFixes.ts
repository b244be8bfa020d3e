import * as vscode from 'vscode';
import { type Fix, type Problem, preferredFix } from '../../core/lint/Problem.ts';
import type { LintResult } from '../lint/FolderLint.ts';
import { diagnosticSource } from '../lint/toDiagnostic.ts';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';
import { toWorkspaceEdit } from './toWorkspaceEdit.ts';

/**
 * The light bulb: each fix of each problem under the cursor, then the comments that silence them, computed for the text as it is at this
 * moment.
 */
export class ProblemFixes implements vscode.CodeActionProvider {
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
    if (result === undefined) return [];
    const problems = (result.problemsByPath.get(result.pathOf(document.uri)) ?? []).filter(
      (problem) => result.rangeOf(problem.path, problem.range).intersection(range) !== undefined,
    );
    const fixes = problems.flatMap((problem) => {
      const all = { fixes: problem.fixes };
      const preferred = preferredFix(all);
      return all.fixes.map((fix) => fixAction(problem, fix, fix === preferred, result, context));
    });
    const ignores = await Promise.all(problems.map((problem) => ignoreAction(problem, document, context)));
    return [...fixes, ...ignores.filter((action) => action !== undefined)];
  }
}

function fixAction(
  problem: Problem,
  fix: Fix,
  isPreferred: boolean,
  result: LintResult,
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = toWorkspaceEdit(fix.edits, result);
  action.isPreferred = isPreferred;
  action.diagnostics = diagnosticsOf(problem, context);
  return action;
}

/** The reason is selected, so that one types over it. */
async function ignoreAction(
  problem: Problem,
  document: vscode.TextDocument,
  context: vscode.CodeActionContext,
): Promise<vscode.CodeAction | undefined> {
  // An unused comment is not silenced by another one.
  if (problem.ruleId === 'unused-ignore') return undefined;
  const { ignoreEdit } = await import('#checks');
  const text = document.getText();
  const edit = ignoreEdit(problem.path, text, problem.ruleId, problem.range.start);
  if (edit === undefined) return undefined;
  const where = edit.isForFile ? 'in this file' : 'here';
  const action = new vscode.CodeAction(
    `Ignore ${problem.ruleId} ${where}, with a reason`,
    vscode.CodeActionKind.QuickFix,
  );
  // A document counts its line ends as they are in its text.
  const at = document.positionAt(edit.offset);
  const snippet = new vscode.SnippetString()
    .appendText(edit.prefix)
    .appendPlaceholder('reason')
    .appendText(edit.lineEnd === '\r\n' ? '\r\n' : '\n');
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(document.uri, [vscode.SnippetTextEdit.insert(at, snippet)]);
  action.isPreferred = false;
  action.diagnostics = diagnosticsOf(problem, context);
  return action;
}

function diagnosticsOf(problem: Problem, { diagnostics }: vscode.CodeActionContext): vscode.Diagnostic[] {
  return diagnostics.filter(({ source, message }) => source === diagnosticSource && message === problem.message);
}

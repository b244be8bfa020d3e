import * as vscode from 'vscode';
import { preferredFix } from '../../core/lint/Problem.ts';
import { readLintSettings } from '../lint/readLintSettings.ts';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';
import { fixAllKind } from './kinds.ts';
import { toWorkspaceEdit } from './toWorkspaceEdit.ts';

/** "Fix all": as a quick fix, with the other files that the fixes need, and as a source action, within the file: for saving. */
export class FixAllActions implements vscode.CodeActionProvider<FixAllAction> {
  readonly #lint: WorkspaceLint;

  constructor(lint: WorkspaceLint) {
    this.#lint = lint;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<FixAllAction[]> {
    const asksForSource = context.only !== undefined && vscode.CodeActionKind.Source.contains(context.only);
    const result = await this.#lint.resultFor(document);
    if (result === undefined) return [];
    const problems = result.problemsByPath.get(result.pathOf(document.uri)) ?? [];
    const fixable = problems.filter((problem) => preferredFix(problem) !== undefined);
    if (asksForSource) return fixable.length === 0 ? [] : [new FixAllAction(document, fixAllKind, true)];
    const isNear = fixable.some(
      (problem) => result.rangeOf(problem.path, problem.range).intersection(range) !== undefined,
    );
    return isNear && fixable.length > 1 ? [new FixAllAction(document, vscode.CodeActionKind.QuickFix, false)] : [];
  }

  /** Fixing everything takes many checks, so it waits until somebody wants it. */
  async resolveCodeAction(action: FixAllAction): Promise<FixAllAction> {
    const { document, isWithinFile } = action;
    const result = await this.#lint.resultFor(document);
    if (result === undefined) return action;
    const { fixAll } = await import('#checks');
    const { severities } = readLintSettings(document.uri);
    const only = result.pathOf(document.uri);
    const { edits } = fixAll(result.project, { settings: { severities }, only, withinFile: isWithinFile });
    action.edit = toWorkspaceEdit(edits, result);
    return action;
  }
}

class FixAllAction extends vscode.CodeAction {
  readonly document: vscode.TextDocument;
  readonly isWithinFile: boolean;

  constructor(document: vscode.TextDocument, kind: vscode.CodeActionKind, isWithinFile: boolean) {
    super('Fix all in this file (OpenClaw VM)', kind);
    this.document = document;
    this.isWithinFile = isWithinFile;
    this.isPreferred = false;
  }
}

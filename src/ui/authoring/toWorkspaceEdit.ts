import * as vscode from 'vscode';
import type { FileEdits } from '../../core/lint/Problem.ts';
import type { Locator } from '../lint/toDiagnostic.ts';

/**
 * One change over all the files, so that it is taken and undone as one. Where there are several, VS Code shows it first and waits for
 * "Apply".
 */
export function toWorkspaceEdit(files: readonly FileEdits[], locator: Locator): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const [index, file] of files.entries()) {
    const textEdits = file.edits.map(
      ({ range, newText }) => new vscode.TextEdit(locator.rangeOf(file.path, range), newText),
    );
    const isShownFirst = index === 0 && files.length > 1;
    // VS Code adds to what was set before: each file is set once.
    if (isShownFirst) edit.set(locator.uriOf(file.path), withConfirmation(textEdits));
    else edit.set(locator.uriOf(file.path), textEdits);
  }
  return edit;
}

type AnnotatedEdit = [vscode.TextEdit, vscode.WorkspaceEditEntryMetadata | undefined];

/**
 * What needs confirmation is shown without a tick, and "Apply" takes only what has one. So an edit that changes nothing needs it: all
 * others are ticked.
 */
function withConfirmation(textEdits: readonly vscode.TextEdit[]): AnnotatedEdit[] {
  const nothing = vscode.TextEdit.insert(textEdits[0]?.range.start ?? new vscode.Position(0, 0), '');
  const ticked = textEdits.map((textEdit): AnnotatedEdit => [textEdit, undefined]);
  return [...ticked, [nothing, { needsConfirmation: true, label: 'Several files change' }]];
}

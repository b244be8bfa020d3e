import * as vscode from 'vscode';
import type { FileEdits } from '../../core/lint/Problem.ts';
import type { Locator } from './toDiagnostic.ts';

/** One change over all the files, so that it is taken and undone as one. */
export function toWorkspaceEdit(files: readonly FileEdits[], locator: Locator): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const file of files) {
    const textEdits = file.edits.map(
      ({ range, newText }) => new vscode.TextEdit(locator.rangeOf(file.path, range), newText),
    );
    edit.set(locator.uriOf(file.path), textEdits);
  }
  return edit;
}

import * as vscode from 'vscode';
import { UserFacingError } from '../../core/UserFacingError.ts';
import type { WorkspaceLint } from './WorkspaceLint.ts';

/**
 * Bakes a binary of the project's catalog into a Dockerfile, into the stage that compose builds of it, as one change that can be undone,
 * and shows the stanza. Rejects with `UserFacingError`.
 */
export async function bakeIntoDocument(
  lint: WorkspaceLint,
  document: vscode.TextDocument,
  binaryName: string,
): Promise<void> {
  const { bakeIntoProject } = await import('#checks');
  const path = lint.pathOf(document) ?? document.uri.path;
  const known = await lint.projectOf(document);
  const texts = new Map([...(known?.texts ?? []), [path, document.getText()]]);
  const result = bakeIntoProject({ root: '/', ...known, texts }, path, binaryName);
  const file = vscode.workspace.asRelativePath(document.uri);
  if (!result.ok) {
    throw new UserFacingError(`"${binaryName}" cannot be added to ${file}: ${result.reason}`, {
      remedy: 'Correct the Dockerfile or choose another one, then try again.',
    });
  }
  const edit = new vscode.WorkspaceEdit();
  const textEdits = result.edits.map(({ range, newText }) => new vscode.TextEdit(rangeIn(document, range), newText));
  edit.set(document.uri, textEdits);
  if (textEdits.length > 0 && !(await vscode.workspace.applyEdit(edit))) {
    throw new UserFacingError(`${file} could not be changed.`, { remedy: 'Make the file writable, then try again.' });
  }
  const editor = await vscode.window.showTextDocument(document);
  const start = new vscode.Position(result.line, 0);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (textEdits.length === 0) {
    void vscode.window.showInformationMessage(`${file} bakes "${binaryName}" in already.`);
  }
}

function rangeIn(document: vscode.TextDocument, range: { readonly start: number; readonly end: number }): vscode.Range {
  return new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
}

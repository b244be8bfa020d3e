import * as vscode from 'vscode';
import { LineIndex } from '../../core/text/LineIndex.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Bakes whatever the skills of the workspace need and their images can have, as one change that can be undone. */
export const bakeMissingBinaries: CommandHandler = async ({ lint }) => {
  const { bakeMissing } = await import('#checks');
  const edit = new vscode.WorkspaceEdit();
  const names = new Set<string>();
  const left: string[] = [];
  for (const { folder, files } of await lint.projects()) {
    const result = bakeMissing(files);
    for (const name of result.names) names.add(name);
    left.push(...result.left.map(({ name, reason }) => `${name}: ${reason}`));
    for (const { path, edits } of result.edits) {
      const lines = new LineIndex(files.texts.get(path) ?? '');
      const textEdits = edits.map(({ range, newText }) => {
        const [start, end] = [lines.positionAt(range.start), lines.positionAt(range.end)];
        return new vscode.TextEdit(new vscode.Range(start.line, start.column, end.line, end.column), newText);
      });
      edit.set(folder.with({ path }), textEdits);
    }
  }
  const [first] = edit.entries();
  const leftText = left.length === 0 ? '' : ` Still missing: ${left.join(' ')}`;
  if (first === undefined) {
    void vscode.window.showInformationMessage(
      left.length === 0 ? 'The images have every binary that the skills need.' : leftText.trim(),
    );
    return;
  }
  const changed = edit.entries().map(([uri]) => vscode.workspace.asRelativePath(uri));
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new UserFacingError(`${changed.join(', ')} could not be changed.`, {
      remedy: 'Make the file writable, then try again.',
    });
  }
  const [uri, textEdits] = first;
  const start = textEdits[0]?.range.start ?? new vscode.Position(0, 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
  const message = `Baked ${[...names].sort().join(', ')} into ${changed.join(', ')}.`;
  void vscode.window.showInformationMessage(`${message} Deploy to have them in the gateway.${leftText}`);
};

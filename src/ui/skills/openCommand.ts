import * as vscode from 'vscode';

/** Shows a line of a file; `line` is zero-based. */
export function openCommand(title: string, uri: vscode.Uri, line: number): vscode.Command {
  return { command: 'vscode.open', title, arguments: [uri, { selection: new vscode.Range(line, 0, line, 0) }] };
}

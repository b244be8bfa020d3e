import * as vscode from 'vscode';

/**
 * Opens a local address. As a text, not as a `Uri`: that would write the `=` of a fragment as `%3D`, which no page reads as its token.
 * `vscode.open` takes both.
 */
export async function openInBrowser(url: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', url);
}

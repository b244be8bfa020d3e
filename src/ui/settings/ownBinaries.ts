import * as vscode from 'vscode';

/** The setting as it was written; the checks read it, and name its mistakes. */
export function readOwnBinaries(folder: vscode.Uri): unknown {
  return vscode.workspace.getConfiguration('openclawVm', folder).get<unknown>('binaries');
}

let warned = '';

/** Says each mistake in the setting once, not at every check. */
export async function warnAboutOwnBinaries(problems: readonly string[]): Promise<void> {
  const [first] = problems;
  const all = problems.join('\n');
  if (first === undefined || all === warned) return;
  warned = all;
  const others = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  const openSettings = 'Open Settings';
  const message = `The setting openclawVm.binaries has a mistake. ${first}${others}`;
  const chosen = await vscode.window.showWarningMessage(message, openSettings);
  if (chosen === openSettings) await vscode.commands.executeCommand('workbench.action.openSettingsJson');
}

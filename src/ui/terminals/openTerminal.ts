import * as vscode from 'vscode';
import type { TerminalSession, TerminalSize } from '../../application/ports/TerminalSession.ts';
import { SessionTerminal } from './SessionTerminal.ts';

/** Opens a terminal of the editor on a program elsewhere, and shows it. */
export function openTerminal(name: string, open: (size: TerminalSize) => Promise<TerminalSession>): void {
  const pty = new SessionTerminal(open);
  vscode.window.createTerminal({ name, pty, iconPath: new vscode.ThemeIcon('terminal-linux') }).show();
}

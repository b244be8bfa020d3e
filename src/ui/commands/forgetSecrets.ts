import * as vscode from 'vscode';
import type { CommandHandler } from './registerCommands.ts';

/** Forgets every passphrase and password of SSH, in memory and in the editor's secret storage. */
export const forgetSecrets: CommandHandler = async ({ sshSecrets }) => {
  const count = await sshSecrets.forget();
  await vscode.window.showInformationMessage(
    count === 0
      ? 'There was no SSH password or passphrase to forget.'
      : `${count} SSH ${count === 1 ? 'secret was' : 'secrets were'} forgotten. Connections that are open stay open.`,
  );
};

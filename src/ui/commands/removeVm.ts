import * as vscode from 'vscode';
import { readVmSettings, writeVmSettings } from '../settings/vmSettings.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Forgets a VM. Nothing on it changes. */
export const removeVm: CommandHandler = async ({ inventory }, argument) => {
  const name = isTreeNode(argument) ? inventory.entry(argument.machineId)?.name : await pickName();
  if (name === undefined) return;
  const remove = 'Remove';
  const chosen = await vscode.window.showWarningMessage(
    `Remove "${name}" from the sidebar?`,
    { modal: true, detail: 'Nothing on the VM changes: containers keep running and files stay.' },
    remove,
  );
  if (chosen === remove) await writeVmSettings((vms) => vms.filter((vm) => vm['name'] !== name));
};

async function pickName(): Promise<string | undefined> {
  const { vms } = readVmSettings();
  if (vms.length === 0) {
    await vscode.window.showInformationMessage('There is no VM to remove.');
    return undefined;
  }
  return vscode.window.showQuickPick(
    vms.map(({ name }) => name),
    { title: 'Remove which VM?' },
  );
}

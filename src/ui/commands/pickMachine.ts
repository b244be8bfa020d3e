import * as vscode from 'vscode';
import type { MachineEntry } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { commandIds } from './commandIds.ts';

interface MachineItem extends vscode.QuickPickItem {
  readonly entry: MachineEntry | undefined;
}

/** Asks for the local engine or a VM. `undefined`: the person has chosen none, or goes to add one. */
export async function pickMachine(inventory: VmInventory, title: string): Promise<MachineEntry | undefined> {
  const items: MachineItem[] = inventory.machines.map((entry) => ({
    label: entry.name,
    description: [entry.address, stateWords[entry.state.kind]].filter(Boolean).join(' · '),
    iconPath: new vscode.ThemeIcon(entry.kind === 'local' ? 'device-desktop' : 'vm'),
    entry,
  }));
  items.push({ label: 'Add VM…', iconPath: new vscode.ThemeIcon('add'), entry: undefined });
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: 'The local Docker engine, or a VM' });
  if (chosen !== undefined && chosen.entry === undefined) await vscode.commands.executeCommand(commandIds.addVm);
  return chosen?.entry;
}

const stateWords: Record<MachineEntry['state']['kind'], string> = {
  idle: '',
  connecting: 'connecting…',
  connected: 'connected',
  failed: 'not connected',
  stale: 'connection lost',
};

import * as vscode from 'vscode';
import { type ParsedVms, parseVms } from '../../core/vm/parseVms.ts';

const section = 'openclawVm';
const key = 'vms';

export function readVmSettings(): ParsedVms {
  return parseVms(vscode.workspace.getConfiguration(section).get<unknown>(key));
}

/** An entry of the setting as somebody wrote it; entries that we cannot use are kept as they are. */
export type VmSettingEntry = Readonly<Record<string, unknown>>;

export async function writeVmSettings(
  change: (entries: readonly VmSettingEntry[]) => readonly VmSettingEntry[],
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  // The setting belongs to the machine, so no workspace can have added to what is in force.
  const current = configuration.get<unknown>(key);
  const entries = Array.isArray(current) ? (current as VmSettingEntry[]) : [];
  await configuration.update(key, change(entries), vscode.ConfigurationTarget.Global);
}

import type * as vscode from 'vscode';
import { uploadProject } from '../../application/deploy/uploadProject.ts';
import type { Machine } from '../../application/ports/Machine.ts';
import type { HostAdapters } from '../HostAdapters.ts';

/** Copies a folder of the workspace to the machine, whole or not at all. */
export async function uploadWorkspaceProject(
  adapters: () => Promise<HostAdapters>,
  machine: Machine,
  localFolder: vscode.Uri,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { packFolder } = await adapters();
  await uploadProject(machine.files, folder, packFolder(localFolder.fsPath, signal), signal);
}

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtInCatalog } from '../../src/core/binaries/BinaryCatalog.ts';
import type { CatalogBinary } from '../../src/core/binaries/catalog.ts';
import type { TreeView } from './browser/TreeView.ts';
import type { Workbench } from './browser/Workbench.ts';
import type { ReleaseHost } from './hosts/releaseHost.ts';
import type { TestHost } from './hosts/testHost.ts';

/** The steps of the README's story, as a person takes them by mouse and keyboard. */
export const gatewayService = 'openclaw-gateway';

/** Where the extension host finds the key to the VM without being told: the first of ssh's default keys. */
export function giveKey(workbench: Workbench, vm: TestHost): void {
  const folder = path.join(workbench.home, '.ssh');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  copyFileSync(vm.keyFile, path.join(folder, 'id_ed25519'));
}

export async function goToTrap(workbench: Workbench): Promise<void> {
  await workbench.problems.goTo('runtime-install');
  await workbench.editor.squiggles('warning').first().waitFor();
}

/** Moves the install from the entrypoint to the Dockerfile; both files are saved. */
export async function takeFix(workbench: Workbench): Promise<void> {
  await goToTrap(workbench);
  await workbench.editor.quickFix(/gog.*(?:image|Dockerfile)|Bake.*gog/i);
  await workbench.preview.apply();
  await workbench.problems.waitUntilGone('runtime-install');
  await workbench.runCommand('File: Save All Files');
}

/**
 * Entries of its own for three binaries, as people write them: the release host of the tests has files of its own under the real names,
 * so their digests take the place of the real ones.
 */
export function binariesOf(releases: ReleaseHost): readonly CatalogBinary[] {
  return builtInCatalog.binaries.filter(({ name }) => threeBinaries.includes(name)).map(releases.asServed);
}

/** What the skills of the example need. */
export const threeBinaries: readonly string[] = ['gog', 'goplaces', 'wacli'];

/** Puts those entries into the project. */
export function useReleasesOf(releases: ReleaseHost, workbench: Workbench): void {
  const text = JSON.stringify({ binaries: binariesOf(releases) }, undefined, 2);
  writeFileSync(path.join(workbench.folder, 'openclaw-vm.binaries.json'), text);
}

/** Types the address, takes the proposed answers, and trusts the host key; returns the question that was asked about it. */
export async function addVm(workbench: Workbench, vm: TestHost, name: string): Promise<string> {
  const vms = await workbench.openView('OpenClaw VM', 'VMs');
  await vms.clickTitleAction('Add VM…');
  await workbench.quickInput.choose('Enter user@host[:port]…');
  await workbench.quickInput.waitFor('user@host, user@host:port');
  await workbench.quickInput.answer(`root@${vm.address}`);
  await workbench.quickInput.waitFor('How the sidebar calls the VM');
  await workbench.quickInput.answer(name);
  await workbench.quickInput.waitFor('Private key on this machine');
  await workbench.quickInput.answer('');
  const question = await workbench.dialog.waitFor('Do you trust the host key');
  await workbench.dialog.click('Trust and Remember');
  await vms.row(/Docker \d/).waitFor();
  return question;
}

export async function vmsView(workbench: Workbench): Promise<TreeView> {
  return workbench.openView('OpenClaw VM', 'VMs');
}

/** Starts "Build" or "Deploy" for the workspace's project on the VM, as the palette asks for it. */
export async function startOnVm(workbench: Workbench, action: 'Build' | 'Deploy', vmName: string): Promise<void> {
  await workbench.runCommand(`OpenClaw VM: ${action}`);
  await workbench.quickInput.choose(vmName);
  await workbench.quickInput.choose(/^This workspace's project/);
  await workbench.quickInput.waitFor(/Where the files of/);
  await workbench.quickInput.answer('~/openclaw-gateway');
}

export async function createEnvFile(workbench: Workbench): Promise<string> {
  const question = await workbench.dialog.waitFor('no .env yet');
  await workbench.dialog.click('Create .env');
  return question;
}

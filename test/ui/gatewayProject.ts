import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Workbench } from '../support/browser/Workbench.ts';
import type { TestHost } from '../support/hosts/testHosts.ts';

export const gatewayService = 'openclaw-gateway';

const compose = `name: demo
services:
  ${gatewayService}:
    build: .
    image: demo-gateway:local
    environment:
      OPENCLAW_GATEWAY_TOKEN: \${OPENCLAW_GATEWAY_TOKEN:?set a token in .env}
    volumes:
      - state:/home/node/.openclaw
volumes:
  state:
`;

const skill = `---
name: google-workspace
description: Mail and calendars.
metadata: { "openclaw": { "requires": { "bins": ["gog"] } } }
---
`;

export const goodDockerfile = `FROM openclaw-fixture
USER root
RUN printf '#!/bin/sh\\necho gog 0.37.0\\n' > /usr/local/bin/gog && chmod +x /usr/local/bin/gog
USER node
`;

/** A small compose project whose gateway is the fixture gateway, so that it builds in seconds. By path. */
export const projectFiles: Readonly<Record<string, string>> = {
  'compose.yaml': compose,
  Dockerfile: goodDockerfile,
  '.env.example': 'OPENCLAW_GATEWAY_TOKEN=change-me\n',
  'skills/google-workspace/SKILL.md': skill,
};

/** The project in a new folder on this machine. */
export function writeProject(): { readonly folder: string; readonly remove: () => void } {
  const parent = mkdtempSync(path.join(tmpdir(), 'openclaw-vm-project-'));
  const folder = path.join(parent, 'demo-gateway');
  for (const [file, text] of Object.entries(projectFiles)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** The project on the VM, built and started. */
export async function startProject(vm: TestHost): Promise<void> {
  for (const [file, text] of Object.entries(projectFiles)) await vm.writeFile(`/root/demo/${file}`, text);
  await vm.writeFile('/root/demo/.env', 'OPENCLAW_GATEWAY_TOKEN=8d1f0c5b7a6e4d3c2b1a09f8e7d6c5b4\n');
  await vm.run(['docker', 'compose', '--project-directory', '/root/demo', 'up', '-d', '--build']);
}

/**
 * Puts VMs into the settings as a person does who edits the file. They belong to the machine: in a window to a server that is the
 * server's own settings file, and what the user's file says of them is not in force.
 */
export function writeVmSettings(workbench: Workbench, vms: readonly unknown[]): void {
  const file = path.join(workbench.dataDirectory, 'data', 'Machine', 'settings.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ 'openclawVm.vms': vms }, undefined, 2));
}

export interface HomeFolder {
  readonly folder: string;
  readonly remove: () => void;
}

/** A home folder whose `.ssh` has the VMs' key, and knows the host keys as given by address. */
export function homeWithKey(vm: TestHost, knownKeys: Readonly<Record<string, string>>): HomeFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'openclaw-vm-home-'));
  const ssh = path.join(folder, '.ssh');
  mkdirSync(ssh, { mode: 0o700 });
  copyFileSync(vm.keyFile, path.join(ssh, 'id_ed25519'));
  const lines = Object.entries(knownKeys).map(([address, key]) => `${address} ${key}\n`);
  writeFileSync(path.join(ssh, 'known_hosts'), lines.join(''));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Type and key of the VM's ed25519 host key, as known_hosts has them. */
export async function hostKeyOf(vm: TestHost): Promise<string> {
  const text = await vm.run(['cat', '/etc/ssh/ssh_host_ed25519_key.pub']);
  return text.split(' ').slice(0, 2).join(' ').trim();
}

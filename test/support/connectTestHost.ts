import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachineConnector } from '../../src/adapters/createMachineConnector.ts';
import type { DeployProgress, DeployReport, DeployRequest } from '../../src/application/deploy/DeployReport.ts';
import { deployProject } from '../../src/application/deploy/deployProject.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { MachineConnector } from '../../src/application/ports/MachineConnector.ts';
import type { Vm } from '../../src/core/vm/Vm.ts';
import type { HostUser, TestHost } from './hosts/testHosts.ts';

/** The product's own connector, with known hosts of its own and neither the agent nor the keys of whoever runs the tests. */
export function testConnector(): { readonly connector: MachineConnector; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-vm-known-hosts-'));
  const connector = createMachineConnector({
    knownHosts: { user: join(folder, 'known_hosts'), others: [] },
    agentSocket: null,
    defaultKeyFiles: [],
  });
  return { connector, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function vmOf(host: TestHost, user: HostUser = 'root'): Vm {
  return { name: host.name, host: host.address, port: 22, user, identityFile: host.keyFile };
}

/** A test host as the product's machine, over one SSH connection. */
export async function connectTestHost(host: TestHost, user: HostUser = 'root'): Promise<Machine> {
  const { connector, remove } = testConnector();
  try {
    const machine = await connector.connectVm(vmOf(host, user), async () => 'trustAndRemember');
    void machine.closed.then(remove);
    return machine;
  } catch (error) {
    remove();
    throw error;
  }
}

export interface Deployed {
  readonly report: DeployReport;
  readonly lines: readonly string[];
  readonly steps: readonly DeployProgress[];
}

/** Runs a deployment and keeps what it tells. `onLine` sees each line as it comes. */
export async function deployTo(
  machine: Machine,
  request: DeployRequest,
  options: { readonly signal?: AbortSignal; readonly onLine?: (line: string) => void } = {},
): Promise<Deployed> {
  const lines: string[] = [];
  const steps: DeployProgress[] = [];
  const reporter = {
    onStep: (step: DeployProgress) => void steps.push(step),
    onLine: ({ text }: { readonly text: string }) => {
      lines.push(text);
      options.onLine?.(text);
    },
  };
  const report = await deployProject(machine, request, reporter, options.signal ?? new AbortController().signal);
  return { report, lines, steps };
}

/** Writes a project's files into a folder of the host. */
export async function writeProject(
  host: TestHost,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) await host.writeFile(`${folder}/${name}`, text);
}

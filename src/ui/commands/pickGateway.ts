import * as vscode from 'vscode';
import type { GatewayTarget } from '../../application/GatewayTarget.ts';
import type { ComposeProject, MachineEntry, MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import { connectVisibly } from './connectVisibly.ts';
import { pickMachine } from './pickMachine.ts';

export interface PickedGateway extends GatewayTarget {
  readonly machineId: MachineId;
  readonly machineName: string;
  readonly address?: string;
}

/**
 * The gateway of a tree node; from elsewhere the person's choice among all gateways of the connected machines.
 * `undefined`: the person has chosen none. Rejects with `UserFacingError` where there is no gateway.
 */
export async function pickGateway(
  inventory: VmInventory,
  argument: unknown,
  title: string,
): Promise<PickedGateway | undefined> {
  if (isTreeNode(argument)) {
    const entry = inventory.entry(argument.machineId);
    if (entry !== undefined)
      return chooseAmong(gatewaysOf(entry, argument.project, argument.service), title, entry.name);
  }
  const known = inventory.machines.flatMap((entry) => gatewaysOf(entry));
  if (known.length > 0) return chooseAmong(known, title, '');
  const machine = await pickMachine(inventory, title);
  if (machine === undefined) return undefined;
  await connectVisibly(inventory, machine);
  const now = inventory.entry(machine.id);
  return chooseAmong(now === undefined ? [] : gatewaysOf(now), title, machine.name);
}

async function chooseAmong(
  gateways: readonly PickedGateway[],
  title: string,
  machineName: string,
): Promise<PickedGateway | undefined> {
  const [only] = gateways;
  if (only === undefined) {
    throw new UserFacingError(`No gateway was found on "${machineName}".`, {
      remedy: 'Deploy a compose project with an OpenClaw gateway there first.',
    });
  }
  if (gateways.length === 1) return only;
  const items = gateways.map((gateway) => ({
    label: gateway.service,
    description: `${gateway.project} · ${gateway.machineName}`,
    iconPath: new vscode.ThemeIcon('server-process'),
    gateway,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Gateway', matchOnDescription: true }))
    ?.gateway;
}

function gatewaysOf(entry: MachineEntry, project?: string, service?: string): PickedGateway[] {
  if (entry.state.kind !== 'connected' && entry.state.kind !== 'stale') return [];
  const projects = entry.state.view.projects.filter(({ name }) => project === undefined || name === project);
  return projects.flatMap((found) => gatewayServices(found, service).map((name) => toPicked(entry, found.name, name)));
}

function gatewayServices(project: ComposeProject, service: string | undefined): string[] {
  const wanted = project.services.filter(({ name, isGateway }) =>
    service === undefined ? isGateway : name === service,
  );
  return wanted.map(({ name }) => name);
}

function toPicked(entry: MachineEntry, project: string, service: string): PickedGateway {
  const address = entry.address === undefined ? {} : { address: entry.address };
  return { machineId: entry.id, machineName: entry.name, ...address, project, service };
}

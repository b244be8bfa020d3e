import * as vscode from 'vscode';
import { reachPort } from '../../application/tunnels/reachPort.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import { requireContainer } from './containerOf.ts';
import { openInBrowser } from './openInBrowser.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Opens a port of a container in the browser, through a tunnel that stays open; published or not. */
export const openPort: CommandHandler = async (services, argument) => {
  const { inventory } = services;
  const { id, name } = requireContainer(inventory, argument);
  if (!isTreeNode(argument)) return;
  const { machineId } = argument;
  const machine = await inventory.machine(machineId);
  const details = await machine.engine.inspectContainer(id);
  const ports = [
    ...new Set(details.ports.filter(({ protocol }) => protocol === 'tcp').map(({ containerPort }) => containerPort)),
  ];
  const port = argument.containerPort ?? (ports.length <= 1 ? ports[0] : await pickPort(name, ports));
  if (port === undefined) {
    if (ports.length > 0) return;
    throw new UserFacingError(`"${name}" has no port.`, { remedy: 'Publish one in the compose file, and deploy.' });
  }
  const place = reachPort(details, port, `The port ${port} of "${name}"`, machine.way);
  const tunnel = await (await services.tunnels()).open({ machineId, ...place, label: `${name}:${port}` });
  await openInBrowser(`http://127.0.0.1:${tunnel.localPort}/`);
};

async function pickPort(name: string, ports: readonly number[]): Promise<number | undefined> {
  const picked = await vscode.window.showQuickPick(ports.map(String), { title: `Open which port of ${name}?` });
  return picked === undefined ? undefined : Number(picked);
}

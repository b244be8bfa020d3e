import * as vscode from 'vscode';
import { controlUiUrl, findControlUi } from '../../application/tunnels/findControlUi.ts';
import { isLoopback } from '../../application/vms/networkWarning.ts';
import { connectVisibly } from './connectVisibly.ts';
import { openInBrowser } from './openInBrowser.ts';
import { pickGateway } from './pickGateway.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Opens a gateway's Control UI in the browser, logged in, through a tunnel that stays open. */
export const openControlUi: CommandHandler = async (services, argument) => {
  const gateway = await pickGateway(services.inventory, argument, 'Open the Control UI of which gateway?');
  if (gateway === undefined) return;
  const { machineId, machineName, project, service } = gateway;
  const machine = await connectVisibly(services.inventory, { id: machineId, name: machineName });
  const ui = await findControlUi(machine, { project, service });
  const isOverheard = machine.way.link !== undefined && !ui.usesTls && !isLoopback(ui.host);
  if (ui.token !== undefined && isOverheard && !(await agreesToPlainToken(ui.host))) return;
  const tunnels = await services.tunnels();
  const { localPort } = await tunnels.open({
    machineId,
    host: ui.host,
    port: ui.port,
    label: `${service} of ${project}`,
  });
  await openInBrowser(controlUiUrl(ui, localPort));
  if (ui.token === undefined) {
    void vscode.window.showInformationMessage(
      'The gateway has no token that can be read here: log in to the Control UI with what you know.',
    );
  }
};

/** Without SSH in between, the page itself is what carries the token. */
async function agreesToPlainToken(host: string): Promise<boolean> {
  const send = 'Open Anyway';
  const chosen = await vscode.window.showWarningMessage(
    `The gateway's token would go to ${host} unencrypted.`,
    {
      modal: true,
      detail:
        'Anybody on the way can read it and use the gateway. Add the machine over SSH ("OpenClaw VM: Add VM…") to open the Control UI through a tunnel.',
    },
    send,
  );
  return chosen === send;
}

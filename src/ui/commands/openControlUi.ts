import * as vscode from 'vscode';
import { controlUiUrl, findControlUi } from '../../application/tunnels/findControlUi.ts';
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

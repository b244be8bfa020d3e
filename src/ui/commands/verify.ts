import * as vscode from 'vscode';
import { verifyGateway } from '../../application/verify/verifyGateway.ts';
import { signalOf } from '../signalOf.ts';
import { expectedBinariesOf } from './expectedBinariesOf.ts';
import { pickGateway } from './pickGateway.ts';
import type { CommandHandler } from './registerCommands.ts';
import { verificationText } from './verificationText.ts';

/** Asks the gateway's probes and looks for each binary inside the running container. */
export const verify: CommandHandler = async (services, argument) => {
  const gateway = await pickGateway(services.inventory, argument, 'Verify which gateway?');
  if (gateway === undefined) return;
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Verifying ${gateway.service}`, cancellable: true },
    async (_progress, token) => {
      const signal = signalOf(token);
      const machine = await services.inventory.machine(gateway.machineId, signal);
      return verifyGateway(machine, gateway, await expectedBinariesOf(services.lint, gateway.project), signal);
    },
  );

  services.running.record(gateway.project, gateway.machineName, result);
  const output = services.deployOutput;
  const message = `On "${gateway.machineName}" ${verificationText(result)}.`;
  output.appendLine('');
  output.appendLine(message);
  for (const binary of result.binaries) output.appendLine(`  ${binary.name}: ${binary.path ?? binary.explanation}`);

  const showOutput = 'Show Output';
  const show = result.ok ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  void show(message, showOutput).then((chosen) => {
    if (chosen === showOutput) output.show();
  });
};

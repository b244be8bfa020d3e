import * as vscode from 'vscode';
import type { DeployReport, StepResult } from '../../application/deploy/DeployReport.ts';
import type { GatewayVerification } from '../../application/verify/GatewayChecks.ts';
import type { MachineEntry } from '../../application/vms/MachineState.ts';
import type { DeployAction } from '../../core/deploy/DeployPlan.ts';
import type { Services } from '../Services.ts';
import { commandIds } from './commandIds.ts';
import { formatDuration } from './formatDuration.ts';
import { gatewayNodeOf } from './gatewayNodeOf.ts';
import type { PickedProject } from './pickProject.ts';
import { verificationText } from './verificationText.ts';

export interface FinishedRun {
  readonly action: DeployAction;
  readonly entry: MachineEntry;
  readonly project: PickedProject;
  readonly report: DeployReport;
}

const done: Record<DeployAction, string> = { build: 'Built', deploy: 'Deployed', update: 'Updated' };

/** One message with the figures and the next steps as buttons; the details are in the output channel. */
export async function showDeployReport(services: Services, run: FinishedRun): Promise<void> {
  const { report } = run;
  switch (report.outcome) {
    case 'succeeded':
      return showSuccess(services, run, report);
    case 'failed':
      return showFailure(services, run, report);
    case 'cancelled': {
      const untouched = report.gatewayUntouched ? ' The gateway that ran before is still running as it was.' : '';
      services.deployOutput.appendLine('Cancelled.');
      await vscode.window.showInformationMessage(`Cancelled on "${run.entry.name}".${untouched}`);
    }
  }
}

async function showSuccess(
  services: Services,
  { action, entry, project }: FinishedRun,
  report: DeployReport & { outcome: 'succeeded' },
): Promise<void> {
  const { verification, warnings } = report;
  const summary = `${done[action]} ${project.label} on "${entry.name}" in ${formatDuration(totalMs(report.steps))}`;
  const facts = verification === undefined ? '' : `: ${verificationText(verification)}`;
  const message = [`${summary}${facts}.`, ...warnings].join(' ');
  services.deployOutput.appendLine('');
  for (const step of report.steps)
    services.deployOutput.appendLine(`${step.title}: ${formatDuration(step.durationMs)}`);
  services.deployOutput.appendLine(message);
  for (const line of brokenBinaries(verification)) services.deployOutput.appendLine(line);

  const isGood = warnings.length === 0 && verification?.ok !== false;
  const show = isGood ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const next = verification === undefined ? [] : [tailLogs, overview];
  const chosen = await show(message, ...next, showOutput);
  const gateway = verification && gatewayNodeOf(services.inventory, entry.id, verification.containerId);
  if (chosen === tailLogs) await vscode.commands.executeCommand(commandIds.tailGatewayLogs, gateway);
  if (chosen === overview) await vscode.commands.executeCommand(commandIds.showGatewayOverview, gateway);
  if (chosen === showOutput) services.deployOutput.show();
}

async function showFailure(
  services: Services,
  { entry }: FinishedRun,
  report: DeployReport & { outcome: 'failed' },
): Promise<void> {
  const { failure, problems, gatewayUntouched } = report;
  const untouched = gatewayUntouched ? ['The gateway that ran before is still running as it was.'] : [];
  const causes = problems
    .map(({ meaning, remedy }) => `${meaning} ${remedy}`)
    .filter((text) => !text.includes(failure.remedy));
  services.log.error(`${report.failedStep} on "${entry.name}": ${failure.message}`, ...failure.details);
  const lines = ['', failure.message, ...causes, failure.remedy, ...untouched];
  for (const line of lines) services.deployOutput.appendLine(line);
  const message = [failure.message, failure.remedy, ...untouched].join(' ');
  const chosen = await vscode.window.showErrorMessage(message, showOutput, showLog);
  if (chosen === showOutput) services.deployOutput.show();
  if (chosen === showLog) services.log.show();
}

const tailLogs = 'Tail Logs';
const overview = 'Overview';
const showOutput = 'Show Output';
const showLog = 'Show Log';

function totalMs(steps: readonly StepResult[]): number {
  return steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

function brokenBinaries(verification: GatewayVerification | undefined): string[] {
  const broken = verification?.binaries.filter(({ state }) => state !== 'present') ?? [];
  return broken.map(({ name, explanation }) => `  ${name}: ${explanation}`);
}

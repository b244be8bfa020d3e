import * as vscode from 'vscode';
import type { DeployReport } from '../../application/deploy/DeployReport.ts';
import { deployProject } from '../../application/deploy/deployProject.ts';
import type { Machine } from '../../application/ports/Machine.ts';
import { requireWholeMachine } from '../../application/vms/engineOnly.ts';
import type { MachineEntry } from '../../application/vms/MachineState.ts';
import type { DeployAction } from '../../core/deploy/DeployPlan.ts';
import type { Services } from '../Services.ts';
import { signalOf } from '../signalOf.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import { connectVisibly } from './connectVisibly.ts';
import { DeployOutput } from './DeployOutput.ts';
import { expectedBinariesOf } from './expectedBinariesOf.ts';
import { offerEnvFile } from './offerEnvFile.ts';
import { pickMachine } from './pickMachine.ts';
import { type PickedProject, pickProject } from './pickProject.ts';
import { showDeployReport } from './showDeployReport.ts';
import { uploadWorkspaceProject } from './uploadWorkspaceProject.ts';

const questions: Record<DeployAction, string> = {
  build: 'Build on which machine?',
  deploy: 'Deploy to which machine?',
  update: 'Update on which machine?',
};

const progressTitles: Record<DeployAction, string> = { build: 'Building', deploy: 'Deploying', update: 'Updating' };

/** Build, Deploy and Update: asks where and what, runs it with live progress, tells how it went. */
export async function runDeployment(services: Services, action: DeployAction, argument: unknown): Promise<void> {
  const entry = isTreeNode(argument)
    ? services.inventory.entry(argument.machineId)
    : await pickMachine(services.inventory, questions[action]);
  if (entry === undefined) return;
  const machine = await connectVisibly(services.inventory, entry);
  requireWholeMachine(machine, 'compose projects cannot be built, deployed or updated there');
  const project = await pickProject(services, { action, entry, place: machine.way.place }, argument);
  if (project === undefined) return;

  const output = new DeployOutput(services.deployOutput);
  const title = `${progressTitles[action]} ${project.label} on ${entry.name}`;
  output.begin(title);
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      const tell = (message: string) => progress.report({ message });
      return runVisibly({ services, machine, entry, project, action, output, tell, signal: signalOf(token) });
    },
  );
  output.end();
  if (report?.outcome === 'succeeded' && report.verification !== undefined)
    services.running.record(project.composeProject, entry.name, report.verification);
  if (report !== undefined) void showDeployReport(services, { action, entry, project, report });
}

interface Run {
  readonly services: Services;
  readonly machine: Machine;
  readonly entry: MachineEntry;
  readonly project: PickedProject;
  readonly action: DeployAction;
  readonly output: DeployOutput;
  readonly tell: (message: string) => void;
  readonly signal: AbortSignal;
}

/** `undefined`: the person has cancelled before anything was built. */
async function runVisibly(run: Run): Promise<DeployReport | undefined> {
  const { services, machine, entry, project, output, tell, signal } = run;
  if (project.upload !== undefined) {
    tell(`uploading to ${project.target.folder}`);
    output.line(`Uploading ${project.upload.fsPath} to ${project.target.folder}`);
    await uploadWorkspaceProject(services.adapters, machine, project.upload, project.target.folder, signal);
  }
  if (!(await offerEnvFile(machine.files, project.target.folder, entry.name, signal)) || signal.aborted)
    return undefined;
  const expectedBinaries =
    run.action === 'build' ? [] : await expectedBinariesOf(services.lint, project.composeProject);
  return deployProject(
    machine,
    {
      action: run.action,
      project: project.target,
      machineName: entry.name,
      expectedBinaries,
      readyTimeoutMs: readyTimeoutMs(),
    },
    {
      onStep: (step) => {
        const position = `${step.index + 1} of ${step.count}: ${step.title}`;
        tell(position);
        output.step(position, step.argv);
      },
      onLine: ({ text }) => output.line(text),
    },
    signal,
  );
}

function readyTimeoutMs(): number {
  const seconds = vscode.workspace.getConfiguration('openclawVm.deploy').get<unknown>('readyTimeoutSeconds');
  return (typeof seconds === 'number' && seconds > 0 ? seconds : 180) * 1000;
}

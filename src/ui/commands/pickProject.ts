import * as vscode from 'vscode';
import type { MachinePlace } from '../../application/ports/Machine.ts';
import type { ComposeProject, MachineEntry } from '../../application/vms/MachineState.ts';
import type { ComposeTarget, DeployAction } from '../../core/deploy/DeployPlan.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import type { Services } from '../Services.ts';
import { isTreeNode } from '../tree/TreeNode.ts';
import { type WorkspaceProject, workspaceProjects } from './workspaceProjects.ts';

export interface PickedProject {
  /** For messages. */
  readonly label: string;
  readonly composeProject: string;
  readonly target: ComposeTarget;
  /** The workspace's folder that goes to `target.folder` first; absent where the project lies on the machine already. */
  readonly upload?: vscode.Uri;
}

/** What is to be done where. */
export interface DeployGoal {
  readonly action: DeployAction;
  readonly entry: MachineEntry;
  /** `here`: the workspace's files are used where they lie. */
  readonly place: MachinePlace;
}

interface ProjectItem extends vscode.QuickPickItem {
  readonly onMachine?: ComposeProject;
  readonly inWorkspace?: WorkspaceProject;
}

/** A compose project that the machine has, or the workspace's own. `undefined`: the person has chosen none. */
export async function pickProject(
  services: Services,
  goal: DeployGoal,
  argument: unknown,
): Promise<PickedProject | undefined> {
  const { entry } = goal;
  const onMachine = projectsOf(services.inventory.entry(entry.id));
  if (isTreeNode(argument) && argument.project !== undefined) {
    const project = onMachine.find(({ name }) => name === argument.project);
    return project && fromMachine(project, goal);
  }
  const inWorkspace = await workspaceProjects(services.lint);
  if (argument instanceof vscode.Uri) {
    const project = projectAround(inWorkspace, argument);
    if (project !== undefined) return fromWorkspace(services, goal, project);
  }
  const chosen = await choose(goal, onMachine, inWorkspace);
  if (chosen?.onMachine !== undefined) return fromMachine(chosen.onMachine, goal);
  return chosen?.inWorkspace && fromWorkspace(services, goal, chosen.inWorkspace);
}

async function choose(
  { action, entry, place }: DeployGoal,
  onMachine: readonly ComposeProject[],
  inWorkspace: readonly WorkspaceProject[],
): Promise<ProjectItem | undefined> {
  // An update pulls with git where the project lies, so what is only here cannot be updated there.
  const offered = action === 'update' && place !== 'here' ? [] : inWorkspace;
  const items: ProjectItem[] = [
    ...offered.map((project) => ({
      label: `This workspace's project: ${project.name}`,
      description: place !== 'here' ? 'is uploaded first' : project.folder.fsPath,
      iconPath: new vscode.ThemeIcon('root-folder'),
      inWorkspace: project,
    })),
    ...onMachine.map((project) => ({
      label: project.name,
      description: project.workingDirectory,
      iconPath: new vscode.ThemeIcon('layers'),
      onMachine: project,
    })),
  ];
  if (items.length === 0) {
    throw new UserFacingError(`There is no compose project on "${entry.name}" and none in the workspace.`, {
      remedy: 'Open a folder that holds a compose file, then try again.',
    });
  }
  return vscode.window.showQuickPick(items, {
    title: `Which compose project on ${entry.name}?`,
    matchOnDescription: true,
  });
}

async function fromMachine(project: ComposeProject, { place }: DeployGoal): Promise<PickedProject | undefined> {
  if (place === 'here' && isInWorkspace(project.workingDirectory)) requireTrust();
  const gateways = project.services.filter(({ isGateway }) => isGateway);
  const names = (gateways.length > 0 ? gateways : project.services).map(({ name }) => name);
  const gatewayService = await chooseService(names, project.name);
  if (gatewayService === undefined) return undefined;
  const target = { folder: project.workingDirectory, configFiles: project.configFiles, gatewayService };
  return { label: project.name, composeProject: project.name, target };
}

async function fromWorkspace(
  services: Services,
  { entry, place }: DeployGoal,
  project: WorkspaceProject,
): Promise<PickedProject | undefined> {
  requireTrust();
  if (project.folder.scheme !== 'file') {
    throw new UserFacingError(`The files of "${project.name}" are not on a disk, so they cannot be built.`, {
      remedy: 'Clone the repository and open the clone.',
    });
  }
  const gatewayService = await chooseService(project.services, project.name);
  if (gatewayService === undefined) return undefined;
  await saveDocumentsIn(project.folder);
  const picked = { label: project.name, composeProject: project.composeProject };
  if (place === 'here') return { ...picked, target: { folder: project.folder.fsPath, gatewayService } };
  const folder = await askForFolder(services.workspaceState, entry, project);
  if (folder === undefined) return undefined;
  return { ...picked, target: { folder, gatewayService }, upload: project.folder };
}

function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserFacingError('The workspace is not trusted, and a build runs what its files say.', {
    remedy: 'Trust the workspace (Workspaces: Manage Workspace Trust), then try again.',
  });
}

function isInWorkspace(folder: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) !== undefined;
}

async function chooseService(names: readonly string[], projectName: string): Promise<string | undefined> {
  if (names.length <= 1) {
    const [only] = names;
    if (only !== undefined) return only;
    throw new UserFacingError(`The compose project "${projectName}" has no service.`, {
      remedy: 'Add a service for the gateway to its compose file.',
    });
  }
  return vscode.window.showQuickPick(names, { title: `Which service of ${projectName} is the gateway?` });
}

async function askForFolder(
  memento: vscode.Memento,
  entry: MachineEntry,
  project: WorkspaceProject,
): Promise<string | undefined> {
  const key = `uploadFolder/${entry.id}/${project.folder.toString()}`;
  const answer = await vscode.window.showInputBox({
    title: `Folder on ${entry.name}`,
    prompt: `Where the files of ${project.name} go. Files that are already there and not in the project stay.`,
    value: memento.get<string>(key) ?? `~/${project.name}`,
    ignoreFocusOut: true,
    validateInput: folderProblem,
  });
  const folder = answer?.trim();
  if (folder !== undefined) await memento.update(key, folder);
  return folder;
}

function folderProblem(value: string): string | undefined {
  const folder = value.trim();
  if (!/^(?:\/|~\/)[^/]/.test(folder)) return 'Write an absolute folder, or one that begins with "~/".';
  if (/\p{Cc}/u.test(folder) || folder.split('/').includes('..')) return 'Write the folder without ".." in it.';
  return undefined;
}

/** What is built is what is on the disk. */
async function saveDocumentsIn(folder: vscode.Uri): Promise<void> {
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === folder.scheme && uri.path.startsWith(`${folder.path}/`),
  );
  await Promise.all(dirty.map((document) => document.save()));
}

function projectsOf(entry: MachineEntry | undefined): readonly ComposeProject[] {
  return entry?.state.kind === 'connected' || entry?.state.kind === 'stale' ? entry.state.view.projects : [];
}

/** The innermost project whose folder holds the file. */
function projectAround(projects: readonly WorkspaceProject[], file: vscode.Uri): WorkspaceProject | undefined {
  return projects
    .filter(({ folder }) => file.path.startsWith(`${folder.path}/`))
    .toSorted((a, b) => b.folder.path.length - a.folder.path.length)[0];
}

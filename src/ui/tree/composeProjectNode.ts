import * as vscode from 'vscode';
import { containersOf } from '../../application/vms/groupContainers.ts';
import type { ComposeProject, MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { addFact } from './containerNode.ts';
import { type Branch, KnownNodes } from './KnownNodes.ts';
import { type KnownServices, serviceNodes } from './serviceNode.ts';

export interface ShownProject {
  readonly project: ComposeProject;
  readonly isStale: boolean;
}

export interface ProjectBranch extends Branch {
  readonly services: KnownServices;
}

export type KnownProjects = KnownNodes<ShownProject, ProjectBranch>;

export function composeProjectNodes(inventory: VmInventory, machineId: MachineId): KnownProjects {
  return new KnownNodes(
    ({ project }) => project.name,
    (read) => projectBranch(inventory, machineId, read),
  );
}

function projectBranch(inventory: VmInventory, machineId: MachineId, read: () => ShownProject): ProjectBranch {
  const { name } = read().project;
  const id = `${machineId}/project/${name}`;
  const services = serviceNodes(inventory, machineId, name);
  return {
    services,
    node: {
      id,
      machineId,
      project: name,
      item: () => {
        const { project } = read();
        const containers = containersOf(project);
        const runningCount = containers.filter((container) => container.state === 'running').length;
        const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
        item.id = id;
        item.description = `${runningCount} of ${containers.length} running`;
        item.iconPath = new vscode.ThemeIcon('layers');
        item.contextValue = project.services.some((service) => service.isGateway)
          ? 'composeProject.gateway'
          : 'composeProject';
        item.tooltip = new vscode.MarkdownString();
        addFact(item.tooltip, 'Compose project', name);
        addFact(item.tooltip, 'Folder', project.workingDirectory);
        addFact(item.tooltip, 'Files', project.configFiles.join(', '));
        return item;
      },
      children: () => {
        const { project, isStale } = read();
        return services.show(project.services.map((service) => ({ service, isStale })));
      },
    },
  };
}

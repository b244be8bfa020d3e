import * as vscode from 'vscode';
import type { ComposeProject, MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { addFact } from './containerNode.ts';
import { serviceNode } from './serviceNode.ts';
import type { TreeNode } from './TreeNode.ts';

export function composeProjectNode(
  inventory: VmInventory,
  machineId: MachineId,
  project: ComposeProject,
  isStale: boolean,
): TreeNode {
  const id = `${machineId}/project/${project.name}`;
  return {
    id,
    machineId,
    project: project.name,
    item: () => {
      const containers = project.services.flatMap((service) => service.containers);
      const runningCount = containers.filter((container) => container.state === 'running').length;
      const item = new vscode.TreeItem(project.name, vscode.TreeItemCollapsibleState.Expanded);
      item.id = id;
      item.description = `${runningCount} of ${containers.length} running`;
      item.iconPath = new vscode.ThemeIcon('layers');
      item.contextValue = project.services.some((service) => service.isGateway)
        ? 'composeProject.gateway'
        : 'composeProject';
      item.tooltip = new vscode.MarkdownString();
      addFact(item.tooltip, 'Compose project', project.name);
      addFact(item.tooltip, 'Folder', project.workingDirectory);
      addFact(item.tooltip, 'Files', project.configFiles.join(', '));
      return item;
    },
    children: () =>
      project.services.map((service) => serviceNode(inventory, machineId, project.name, service, isStale)),
  };
}

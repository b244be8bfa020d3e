import type { Container, ContainerDetails } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { type DriftItem, findDrift } from '../../core/drift/findDrift.ts';
import { groupNode, leafNode } from './groupNode.ts';
import type { TreeNode } from './TreeNode.ts';

/** What was put into a container since it was made; the engine is asked when somebody unfolds the group. */
export function driftGroup(
  inventory: VmInventory,
  machineId: MachineId,
  container: Container,
  { mounts }: ContainerDetails,
): TreeNode {
  const id = `${machineId}/container/${container.name}/drift`;
  return groupNode(machineId, {
    id,
    label: 'Drift',
    icon: 'diff',
    isReadAnew: true,
    tooltip: 'What was installed, written or deleted in this container outside its mounts: lost when it is recreated',
    children: async () => {
      const { engine } = await inventory.machine(machineId);
      const items = findDrift(
        await engine.listChanges(container.id),
        mounts.map(({ target }) => target),
      );
      if (items.length === 0) return [nothing(machineId, id)];
      const shown = items.slice(0, MAX_ITEMS).map((item) => itemNode(machineId, id, item));
      return items.length > MAX_ITEMS ? [...shown, more(machineId, id, items.length - MAX_ITEMS)] : shown;
    },
  });
}

const MAX_ITEMS = 200;

function itemNode(machineId: MachineId, id: string, item: DriftItem): TreeNode {
  const { what, path, label, fileCount, kind, manager } = item;
  return leafNode(machineId, {
    id: `${id}/${what}/${manager ?? ''}/${path}`,
    label,
    description: {
      state: `state, ${kind}`,
      program: `program in ${folderOf(path)}`,
      package: `${manager} package`,
      file: kind,
    }[what],
    icon: { state: 'warning', program: 'warning', package: 'package', file: 'file' }[what],
    tooltip: [
      fileCount === 1 ? path : `${path} and what is below it: ${fileCount} files and folders`,
      remedies[what],
    ].join('\n\n'),
  });
}

const remedies: Readonly<Record<DriftItem['what'], string>> = {
  state: 'Lost when the container is recreated. Mount the folder, so that it stays.',
  program:
    'Lost when the container is recreated. Bake it into the image with "OpenClaw VM: Add Binary to Dockerfile…".',
  package: 'Lost when the container is recreated. Install it in the Dockerfile.',
  file: 'Lost when the container is recreated.',
};

function nothing(machineId: MachineId, id: string): TreeNode {
  return leafNode(machineId, {
    id: `${id}/nothing`,
    label: 'Nothing would be lost',
    icon: 'pass',
    tooltip: 'Outside its mounts the container is as its image made it, but for caches, logs and process files.',
  });
}

function more(machineId: MachineId, id: string, count: number): TreeNode {
  return leafNode(machineId, {
    id: `${id}/more`,
    label: `… and ${count} more`,
    icon: 'ellipsis',
    tooltip: 'docker diff lists all of them.',
  });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

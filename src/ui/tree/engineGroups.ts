import type { Image, Network } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { formatBytes } from '../../core/text/formatBytes.ts';
import { groupNode, leafNode } from './groupNode.ts';
import type { TreeNode } from './TreeNode.ts';

/** Images and networks of an engine, folded; asked for when somebody unfolds them. */
export function engineGroups(machineId: MachineId, inventory: VmInventory): TreeNode[] {
  return [
    groupNode(machineId, {
      id: `${machineId}/images`,
      label: 'Images',
      icon: 'package',
      isReadAnew: true,
      tooltip: 'Images in the engine',
      children: async () => {
        const images = await (await inventory.machine(machineId)).engine.listImages();
        return images.toSorted(byTag).map((image) => imageNode(machineId, image));
      },
    }),
    groupNode(machineId, {
      id: `${machineId}/networks`,
      label: 'Networks',
      icon: 'type-hierarchy',
      isReadAnew: true,
      tooltip: 'Networks of the engine',
      children: async () => {
        const networks = await (await inventory.machine(machineId)).engine.listNetworks();
        return networks
          .toSorted((a, b) => a.name.localeCompare(b.name))
          .map((network) => networkNode(machineId, network));
      },
    }),
  ];
}

function byTag(a: Image, b: Image): number {
  return labelOf(a).localeCompare(labelOf(b));
}

function labelOf({ tags, id }: Image): string {
  return tags[0] ?? id.replace(/^sha256:/, '').slice(0, 12);
}

function imageNode(machineId: MachineId, image: Image): TreeNode {
  const created = image.createdAtMs === 0 ? '' : ` · ${new Date(image.createdAtMs).toLocaleDateString()}`;
  return leafNode(machineId, {
    id: `${machineId}/image/${image.id}`,
    label: labelOf(image),
    description: `${formatBytes(image.sizeBytes)}${created}`,
    icon: image.tags.length === 0 ? 'circle-slash' : 'package',
    tooltip: [image.id, ...image.tags].join('\n'),
  });
}

function networkNode(machineId: MachineId, { id, name, driver }: Network): TreeNode {
  return leafNode(machineId, {
    id: `${machineId}/network/${id}`,
    label: name,
    description: driver,
    icon: 'type-hierarchy-sub',
    tooltip: id.slice(0, 12),
  });
}

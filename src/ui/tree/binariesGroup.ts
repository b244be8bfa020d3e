import { type ContainerBinary, readContainerBinaries } from '../../application/drift/readContainerBinaries.ts';
import type { Container, ContainerDetails } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { groupNode, leafNode } from './groupNode.ts';
import type { TreeNode } from './TreeNode.ts';

/** Which binaries of the catalog a running gateway has, and which programs were installed by hand; asked when somebody unfolds it. */
export function binariesGroup(
  inventory: VmInventory,
  machineId: MachineId,
  container: Container,
  details: ContainerDetails,
): TreeNode {
  const id = `${machineId}/container/${container.name}/binaries`;
  return groupNode(machineId, {
    id,
    label: 'Binaries',
    icon: 'tools',
    isReadAnew: true,
    tooltip:
      'Binaries for skills that are baked into the image, and programs that were installed into this container only',
    children: async () => {
      const [{ engine }, { projectBinaries }] = await Promise.all([inventory.machine(machineId), import('#checks')]);
      const { catalog } = projectBinaries({ root: '/', texts: new Map() });
      const names = catalog.binaries.map(({ name }) => name);
      const found = await readContainerBinaries(engine, details, names);
      if (found.length > 0) return found.map((binary) => binaryNode(machineId, id, binary));
      return [
        leafNode(machineId, {
          id: `${id}/none`,
          label: 'No binaries for skills',
          icon: 'circle-slash',
          tooltip: 'Bake one in with "OpenClaw VM: Add Binary to Dockerfile…".',
        }),
      ];
    },
  });
}

function binaryNode(machineId: MachineId, id: string, binary: ContainerBinary): TreeNode {
  const { name, path = '', version = '', state, isLost, explanation } = binary;
  const isBroken = state !== 'present';
  const facts = [isLost ? 'only in this container' : isBroken ? explanationOf[state] : 'in the image', version];
  return leafNode(machineId, {
    id: `${id}/${name}`,
    label: name,
    description: facts.filter((fact) => fact !== '').join(' · '),
    icon: isBroken ? 'error' : isLost ? 'warning' : 'pass',
    tooltip: [
      path,
      isLost
        ? 'Lost when the container is recreated: bake it into the image with "OpenClaw VM: Add Binary to Dockerfile…".'
        : explanation,
    ].join('\n\n'),
  });
}

const explanationOf: Readonly<Record<Exclude<ContainerBinary['state'], 'present'>, string>> = {
  missing: 'missing',
  empty: 'an empty file',
  notExecutable: 'not executable',
  broken: 'does not start',
  unknown: 'unknown',
};

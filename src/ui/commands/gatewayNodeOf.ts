import type { MachineId } from '../../application/vms/MachineState.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { serviceNodes } from '../tree/serviceNode.ts';
import type { TreeNode } from '../tree/TreeNode.ts';

/** The service to which a container belongs; `undefined` while the inventory does not know the container. */
export function gatewayNodeOf(inventory: VmInventory, machineId: MachineId, containerId: string): TreeNode | undefined {
  const entry = inventory.entry(machineId);
  if (entry?.state.kind !== 'connected') return undefined;
  for (const project of entry.state.view.projects) {
    for (const service of project.services) {
      if (service.containers.some(({ id }) => id === containerId))
        return serviceNodes(inventory, machineId, project.name).show([{ service, isStale: false }])[0];
    }
  }
  return undefined;
}

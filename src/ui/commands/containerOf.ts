import type { Container } from '../../application/ports/Engine.ts';
import type { VmInventory } from '../../application/vms/VmInventory.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { isTreeNode } from '../tree/TreeNode.ts';

/** The container that a tree node stands for, as it is now; `undefined` where the argument is no container's node. */
export function containerOf(inventory: VmInventory, argument: unknown): Container | undefined {
  if (!isTreeNode(argument) || argument.containerName === undefined) return undefined;
  const state = inventory.entry(argument.machineId)?.state;
  if (state?.kind !== 'connected' && state?.kind !== 'stale') return undefined;
  const { projects, otherContainers } = state.view;
  const all = [
    ...projects.flatMap(({ services }) => services.flatMap(({ containers }) => containers)),
    ...otherContainers,
  ];
  return all.find(({ name }) => name === argument.containerName);
}

/** As above; throws `UserFacingError` where there is none. */
export function requireContainer(inventory: VmInventory, argument: unknown): Container {
  const container = containerOf(inventory, argument);
  if (container !== undefined) return container;
  throw new UserFacingError('There is no such container any more.', {
    remedy: 'Choose a container in the sidebar, from its context menu.',
  });
}

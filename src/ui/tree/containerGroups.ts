import type { Container, ContainerDetails, ContainerMount, PublishedPort } from '../../application/ports/Engine.ts';
import type { MachineId } from '../../application/vms/MachineState.ts';
import { publishedAddress } from '../../application/vms/publishedAddress.ts';
import { groupNode, leafNode } from './groupNode.ts';
import type { TreeNode } from './TreeNode.ts';

/** What a container's node unfolds to: ports and mounts, from an inspection. */
export function containerGroups(machineId: MachineId, container: Container, details: ContainerDetails): TreeNode[] {
  const id = `${machineId}/container/${container.name}`;
  const { ports, mounts } = details;
  return [
    groupNode(machineId, {
      id: `${id}/ports`,
      label: 'Ports',
      description: String(ports.length),
      icon: 'plug',
      tooltip: 'Ports of the container, and where the machine publishes them',
      children: () => ports.map((port) => portNode(machineId, container.name, port)),
    }),
    groupNode(machineId, {
      id: `${id}/mounts`,
      label: 'Mounts',
      description: String(mounts.length),
      icon: 'database',
      tooltip: 'What stays when the container is recreated; everything else in it is lost then',
      children: () => mounts.map((mount) => mountNode(machineId, container.name, mount)),
    }),
  ];
}

function portNode(machineId: MachineId, containerName: string, port: PublishedPort): TreeNode {
  const { hostAddress, containerPort, protocol } = port;
  const published = publishedAddress(port) ?? 'not published';
  const isPublic = hostAddress === '0.0.0.0' || hostAddress === '::';
  return leafNode(machineId, {
    id: `${machineId}/container/${containerName}/port/${containerPort}/${protocol}/${published}`,
    label: `${containerPort}/${protocol}`,
    description: isPublic ? `${published} (all interfaces)` : published,
    icon: isPublic ? 'globe' : 'plug',
    tooltip: isPublic
      ? 'Everybody who reaches the machine reaches this port; a firewall such as ufw does not stop it.'
      : 'Open it in the browser through a tunnel.',
    contextValue: protocol === 'tcp' ? 'port.tcp' : 'port',
    facts: { containerName, containerPort },
  });
}

function mountNode(machineId: MachineId, containerName: string, mount: ContainerMount): TreeNode {
  const { kind, source, target, readOnly, anonymous } = mount;
  const what = {
    bind: source,
    volume: anonymous ? 'anonymous volume' : `volume ${source}`,
    tmpfs: 'tmpfs',
    other: source,
  }[kind];
  const isLost = kind === 'tmpfs' || anonymous;
  return leafNode(machineId, {
    id: `${machineId}/container/${containerName}/mount/${target}`,
    label: target,
    description: `${what}${readOnly ? ', read-only' : ''}`,
    icon: isLost ? 'warning' : kind === 'bind' ? 'folder' : 'database',
    tooltip: isLost ? 'Lost when the container is recreated.' : `Stays when the container is recreated: ${what}`,
  });
}

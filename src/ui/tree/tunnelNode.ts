import type { Tunnel } from '../../application/tunnels/Tunnels.ts';
import { leafNode } from './groupNode.ts';
import type { TreeNode } from './TreeNode.ts';

export function tunnelNode(tunnel: Tunnel): TreeNode {
  return leafNode(tunnel.machineId, {
    id: tunnel.id,
    label: `127.0.0.1:${tunnel.localPort}`,
    description: `→ ${tunnel.label}`,
    icon: 'link',
    tooltip: `Tunnel from 127.0.0.1:${tunnel.localPort} to ${tunnel.host}:${tunnel.port} on the machine (${tunnel.label}). Only this machine can use it.`,
    contextValue: 'tunnel',
    facts: { tunnelId: tunnel.id },
  });
}

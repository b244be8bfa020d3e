import { UserFacingError } from '../../core/UserFacingError.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import type { ContainerDetails } from '../ports/Engine.ts';
import type { MachineWay, NetworkLink } from '../ports/Machine.ts';
import { isLoopback } from '../vms/networkWarning.ts';

/** A port as `Machine.dial` reaches it. */
export interface ReachedPort {
  readonly host: string;
  readonly port: number;
}

type Networked = Pick<ContainerDetails, 'ports' | 'networkMode' | 'addresses'>;

/**
 * Where a machine reaches a port of a container: published, in its own network, or at the container's own address. Over a network link only
 * what the engine's host publishes to the network can be reached. `what` names the port in messages.
 * @throws UserFacingError where it cannot be reached.
 */
export function reachPort(
  container: Networked,
  containerPort: number,
  what: string,
  { link, address }: MachineWay,
): ReachedPort {
  if (link === undefined) return reachOnMachine(container, containerPort, what);
  return reachOverNetwork(container, containerPort, what, { ...link, address });
}

function reachOnMachine(container: Networked, containerPort: number, what: string): ReachedPort {
  if (container.networkMode === 'host') return { host: '127.0.0.1', port: containerPort };
  const published = publishedPort(container, containerPort);
  if (published !== undefined) return isEverywhere(published.host) ? { ...published, host: '127.0.0.1' } : published;
  const [address] = container.addresses;
  if (address !== undefined) return { host: address, port: containerPort };
  throw new UserFacingError(`${what} cannot be reached: it is not published, and its container is in no network.`, {
    remedy: `Start the container, or publish it as "127.0.0.1:${containerPort}:${containerPort}" in the compose file and deploy, then retry.`,
  });
}

function reachOverNetwork(
  container: Networked,
  containerPort: number,
  what: string,
  { host, address }: Pick<NetworkLink, 'host'> & { readonly address: string | undefined },
): ReachedPort {
  if (container.networkMode === 'host') return { host, port: containerPort };
  const published = publishedPort(container, containerPort);
  if (published !== undefined && isEverywhere(published.host)) return { ...published, host };
  // An engine at this machine's own address: its loopback may be ours.
  if (published !== undefined && (!isLoopback(published.host) || isLoopback(host))) return published;
  const why =
    published === undefined
      ? 'it is not published'
      : `it is published on ${formatHostPort(published.host, published.port)} of the engine's machine alone`;
  throw new UserFacingError(`${what} cannot be reached: ${why}, and there is no tunnel through ${address ?? host}.`, {
    remedy: 'Add the machine over SSH with "OpenClaw VM: Add VM…" (user@host), and open the port there.',
  });
}

function publishedPort({ ports }: Networked, containerPort: number): ReachedPort | undefined {
  const candidates = ports.flatMap((port): ReachedPort[] =>
    port.containerPort === containerPort && port.protocol === 'tcp' && port.hostPort !== undefined
      ? [{ host: port.hostAddress, port: port.hostPort }]
      : [],
  );
  return candidates.find(({ host }) => isEverywhere(host)) ?? candidates[0];
}

function isEverywhere(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}

import { requireGatewayContainer } from '../findGatewayContainer.ts';
import type { GatewayTarget } from '../GatewayTarget.ts';
import type { Machine } from '../ports/Machine.ts';
import { checkBinaries } from './checkBinaries.ts';
import type { GatewayVerification } from './GatewayChecks.ts';
import { probeGateway, readReadyLine } from './probeGateway.ts';

/**
 * Looks at the gateway's container as it is now: state, probes, ready line, binaries. Rejects with `UserFacingError` where the
 * service has no container or the engine cannot be reached.
 */
export async function verifyGateway(
  machine: Machine,
  target: GatewayTarget,
  expectedBinaries: readonly string[],
  signal?: AbortSignal,
): Promise<GatewayVerification> {
  const container = await requireGatewayContainer(machine.engine, target, signal);
  return await verifyContainer(machine, container.id, expectedBinaries, signal);
}

/** The same for a container that is known already. */
export async function verifyContainer(
  { engine }: Machine,
  containerId: string,
  expectedBinaries: readonly string[],
  signal?: AbortSignal,
): Promise<GatewayVerification> {
  const container = await engine.inspectContainer(containerId, signal);
  const logged = await readReadyLine(engine, container, signal);
  const [probe, binaries] = await Promise.all([
    probeGateway(engine, container, logged, signal),
    checkBinaries(engine, containerId, expectedBinaries, signal),
  ]);
  return {
    containerId,
    containerName: container.name,
    containerState: container.state,
    health: container.health,
    probe,
    binaries,
    ok: probe.state === 'ready' && binaries.every((binary) => binary.state === 'present'),
  };
}

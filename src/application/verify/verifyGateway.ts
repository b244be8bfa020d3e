import { requireGatewayContainer } from '../findGatewayContainer.ts';
import type { GatewayTarget } from '../GatewayTarget.ts';
import type { ContainerDetails } from '../ports/Engine.ts';
import type { Machine } from '../ports/Machine.ts';
import { checkBinaries } from './checkBinaries.ts';
import type { BinaryCheck, GatewayVerification } from './GatewayChecks.ts';
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
  const { id } = await requireGatewayContainer(machine.engine, target, signal);
  const container = await machine.engine.inspectContainer(id, signal);
  return await verifyContainer(machine, container, expectedBinaries, signal);
}

/** The same for a container that was inspected just now. */
export async function verifyContainer(
  { engine }: Machine,
  container: ContainerDetails,
  expectedBinaries: readonly string[],
  signal?: AbortSignal,
): Promise<GatewayVerification> {
  const logged = await readReadyLine(engine, container, signal);
  const [probe, binaries] = await Promise.all([
    probeGateway(engine, container, logged, signal),
    container.state === 'running'
      ? checkBinaries(engine, container.id, expectedBinaries, signal)
      : expectedBinaries.map(notAsked),
  ]);
  return {
    containerId: container.id,
    containerName: container.name,
    containerState: container.state,
    health: container.health,
    probe,
    binaries,
    ok: probe.state === 'ready' && binaries.every((binary) => binary.state === 'present'),
  };
}

function notAsked(name: string): BinaryCheck {
  return {
    name,
    state: 'unknown',
    explanation: `Whether ${name} is there cannot be asked: the container does not run.`,
  };
}

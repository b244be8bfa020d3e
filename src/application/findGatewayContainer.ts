import { UserFacingError } from '../core/UserFacingError.ts';
import type { GatewayTarget } from './GatewayTarget.ts';
import type { Container, Engine } from './ports/Engine.ts';
import { isOneOff } from './vms/groupContainers.ts';

/** The service's container: the running one where there are several. `undefined` where it has none. */
export async function findGatewayContainer(
  engine: Engine,
  target: GatewayTarget,
  signal?: AbortSignal,
): Promise<Container | undefined> {
  const containers = await engine.listContainers(signal);
  const own = containers.filter(
    (container) =>
      container.compose?.project === target.project &&
      container.compose.service === target.service &&
      !isOneOff(container),
  );
  return own.find((container) => container.state === 'running') ?? own[0];
}

/** As above; rejects with `UserFacingError` where there is none. */
export async function requireGatewayContainer(
  engine: Engine,
  target: GatewayTarget,
  signal?: AbortSignal,
): Promise<Container> {
  const container = await findGatewayContainer(engine, target, signal);
  if (container !== undefined) return container;
  throw new UserFacingError(`The service "${target.service}" of the project "${target.project}" has no container.`, {
    remedy: 'Deploy the project first.',
  });
}

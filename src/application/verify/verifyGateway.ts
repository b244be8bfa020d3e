import type { GatewayTarget } from '../GatewayTarget.ts';
import type { Machine } from '../ports/Machine.ts';
import type { GatewayVerification } from './GatewayChecks.ts';

/**
 * Looks at the gateway's container as it is now: state, probes, ready line, binaries. Rejects with `UserFacingError` where the
 * service has no container or the engine cannot be reached.
 */
export async function verifyGateway(
  _machine: Machine,
  _target: GatewayTarget,
  _expectedBinaries: readonly string[],
  _signal?: AbortSignal,
): Promise<GatewayVerification> {
  throw new Error('not available yet');
}

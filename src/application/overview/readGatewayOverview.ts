import type { GatewayTarget } from '../GatewayTarget.ts';
import type { Machine } from '../ports/Machine.ts';
import type { GatewayOverview } from './GatewayOverview.ts';

export interface OverviewRequest extends GatewayTarget {
  readonly machineName: string;
  readonly address?: string;
  readonly expectedBinaries: readonly string[];
}

/** One look at a gateway and all around it. Rejects with `UserFacingError` where the service has no container or the engine is away. */
export async function readGatewayOverview(
  _machine: Machine,
  _request: OverviewRequest,
  _signal?: AbortSignal,
): Promise<GatewayOverview> {
  throw new Error('not available yet');
}

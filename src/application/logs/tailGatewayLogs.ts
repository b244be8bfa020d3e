import type { GatewayTarget } from '../GatewayTarget.ts';
import type { Machine } from '../ports/Machine.ts';
import type { GatewayLogLine } from './GatewayLogLine.ts';

export interface TailOptions {
  /** Lines from before; 200 when absent. */
  readonly tail?: number;
  readonly signal: AbortSignal;
}

/**
 * The gateway's log, followed through restarts and recreated containers (each told in a notice), until the signal ends it quietly.
 * Rejects with `UserFacingError` where the engine cannot be reached or the connection is lost.
 */
export async function* tailGatewayLogs(
  _machine: Machine,
  _target: GatewayTarget,
  _options: TailOptions,
): AsyncIterable<GatewayLogLine> {
  yield { kind: 'notice', text: '--- not available yet' };
}

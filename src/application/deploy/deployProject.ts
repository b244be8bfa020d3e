import type { Machine } from '../ports/Machine.ts';
import type { DeployReport, DeployReporter, DeployRequest } from './DeployReport.ts';

/**
 * Runs the plan of `request.action` step by step, then waits for the gateway and verifies it. Stops at the first failure and leaves
 * what runs as it is. Failures and cancelling are in the report; it rejects only for programming errors.
 */
export async function deployProject(
  _machine: Machine,
  _request: DeployRequest,
  _reporter: DeployReporter,
  _signal: AbortSignal,
): Promise<DeployReport> {
  throw new Error('not available yet');
}

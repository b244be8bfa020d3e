import { UserFacingError } from '../core/UserFacingError.ts';

/** Why a machine or its engine cannot be reached; each kind is a node of its own in the tree. */
export type ConnectionProblem =
  | 'nameNotResolved'
  | 'unreachable'
  | 'refused'
  | 'hostKeyChanged'
  | 'hostKeyRefused'
  | 'authenticationFailed'
  | 'noDocker'
  | 'engineStopped'
  | 'noSocketPermission'
  | 'connectionLost'
  /** A certificate that is not accepted, on either side, or no TLS where it is expected. */
  | 'tlsFailed'
  | 'other';

export class ConnectionError extends UserFacingError {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof UserFacingError && 'problem' in value;
  }

  readonly problem: ConnectionProblem;

  constructor(
    problem: ConnectionProblem,
    message: string,
    options: { readonly remedy: string; readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ConnectionError';
    this.problem = problem;
  }
}

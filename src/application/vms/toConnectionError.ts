import { UserFacingError } from '../../core/UserFacingError.ts';
import { ConnectionError } from '../ConnectionError.ts';

/** Any rejection on the way to a machine or its engine as the one kind that a tree node shows. */
export function toConnectionError(error: unknown, machineName: string): ConnectionError {
  if (error instanceof ConnectionError) return error;
  if (error instanceof UserFacingError) {
    return new ConnectionError('other', error.message, { remedy: error.remedy, cause: error.cause ?? error });
  }
  return new ConnectionError('other', `"${machineName}" could not be reached.`, {
    remedy: 'Open the log for the cause, then try again.',
    cause: error,
  });
}

/** The connection ended by itself: with the reason that the machine gave, where it is one for people. */
export function connectionLost(reason: unknown, machineName: string): ConnectionError {
  if (reason instanceof ConnectionError) return reason;
  return new ConnectionError('connectionLost', `The connection to "${machineName}" was lost.`, {
    remedy: 'Check that the machine runs and is reachable, then try again.',
    cause: reason,
  });
}

/** Problems that go away by themselves. The others need a person first: asking again and again would help nobody. */
export function mayPass(error: ConnectionError): boolean {
  switch (error.problem) {
    case 'nameNotResolved':
    case 'unreachable':
    case 'refused':
    case 'engineStopped':
    case 'connectionLost':
      return true;
    default:
      return false;
  }
}

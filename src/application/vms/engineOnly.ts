import { UserFacingError } from '../../core/UserFacingError.ts';
import type { Machine } from '../ports/Machine.ts';

/** What cannot be done where only the engine is reached. `purpose` follows "so" in a sentence: `nothing can be built there`. */
export function engineOnlyError(purpose: string, cause?: unknown): UserFacingError {
  return new UserFacingError(
    `This machine is reached through its Docker Engine alone, without its files and programs, so ${purpose}.`,
    {
      remedy: 'Add the machine over SSH with "OpenClaw VM: Add VM…" (user@host), and do it there.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** @throws UserFacingError where the machine's files and programs cannot be reached. */
export function requireWholeMachine({ way }: Pick<Machine, 'way'>, purpose: string): void {
  if (way.place === 'engineOnly') throw engineOnlyError(purpose);
}

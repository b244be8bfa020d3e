import type { MachineFiles } from '../ports/MachineFiles.ts';

/**
 * Puts a packed project (a tar stream) into `folder` on the machine, whole or not at all; a `.env` there stays.
 * Rejects with `UserFacingError`.
 */
export async function uploadProject(
  _files: MachineFiles,
  _folder: string,
  _tar: AsyncIterable<Uint8Array>,
  _signal?: AbortSignal,
): Promise<void> {
  throw new Error('not available yet');
}

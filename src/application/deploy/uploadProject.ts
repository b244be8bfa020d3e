import { UserFacingError } from '../../core/UserFacingError.ts';
import type { MachineFiles } from '../ports/MachineFiles.ts';

/**
 * Puts a packed project (a tar stream, without the project's `.env`) into `folder` on the machine, whole or not at all; files there
 * that the tar does not hold stay. Rejects with `UserFacingError`.
 */
export async function uploadProject(
  files: MachineFiles,
  folder: string,
  tar: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  if (!/^(?:\/|~\/)[^/]/.test(folder)) {
    throw new UserFacingError(`"${folder}" is not a folder to put a project into.`, {
      remedy: 'Give an absolute folder on the VM, such as /opt/openclaw, or one below ~/.',
    });
  }
  await files.unpackFolder(folder, tar, signal);
}

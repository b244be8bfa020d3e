import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { MachineFiles } from '../../application/ports/MachineFiles.ts';
import { MAX_QUOTED_CHARACTERS, printable } from '../../core/text/printable.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import type { SftpChannel } from './SftpChannel.ts';
import { isSftpAnswer, type SftpSession } from './SftpSession.ts';
import { MAX_TEXT_BYTES } from './ShellMachineFiles.ts';

/**
 * Files of a VM by SFTP. What SFTP cannot do (unpack a tar stream, replace a file where the server lacks OpenSSH's
 * `posix-rename@openssh.com`), and everything on a server without SFTP, is left to `otherwise`.
 */
export class SftpMachineFiles implements MachineFiles {
  readonly #channel: SftpChannel;
  readonly #otherwise: MachineFiles;
  /** For messages: `user@host:port`. */
  readonly #machineName: string;

  constructor(channel: SftpChannel, otherwise: MachineFiles, machineName: string) {
    this.#channel = channel;
    this.#otherwise = otherwise;
    this.#machineName = machineName;
  }

  async readText(path: string, signal?: AbortSignal): Promise<string | undefined> {
    return this.#use(`"${path}" could not be read`, signal, {
      bySftp: async (session) => (await session.readFile(inHome(path), MAX_TEXT_BYTES))?.toString('utf8'),
      otherwise: () => this.#otherwise.readText(path, signal),
    });
  }

  async list(path: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
    return this.#use(`The folder "${path}" could not be read`, signal, {
      bySftp: async (session) => (await session.readFolder(inHome(path)))?.map(({ name }) => name).sort(),
      otherwise: () => this.#otherwise.list(path, signal),
    });
  }

  async writeText(path: string, text: string, mode: number, signal?: AbortSignal): Promise<void> {
    await this.#use(`"${path}" could not be written`, signal, {
      bySftp: async (session) => {
        if (!session.replacesInOneStep) return this.#otherwise.writeText(path, text, mode, signal);
        await replaceFile(session, inHome(path), Buffer.from(text, 'utf8'), mode & 0o7777);
      },
      otherwise: () => this.#otherwise.writeText(path, text, mode, signal),
    });
  }

  async unpackFolder(path: string, tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    await this.#otherwise.unpackFolder(path, tar, signal);
  }

  async #use<T>(
    what: string,
    signal: AbortSignal | undefined,
    ways: { readonly bySftp: (session: SftpSession) => Promise<T>; readonly otherwise: () => Promise<T> },
  ): Promise<T> {
    signal?.throwIfAborted();
    const place = await this.#channel.enter(signal);
    if (place === undefined) return ways.otherwise();
    const used = ways.bySftp(place.session);
    // A use that was given up still cleans up after itself; only then the channel may go.
    void used.catch(() => {}).finally(place.leave);
    try {
      return await unlessAborted(used, signal);
    } catch (error) {
      if (!isSftpAnswer(error)) throw error;
      throw new UserFacingError(`${what} on ${this.#machineName}: ${printable(error.message, MAX_QUOTED_CHARACTERS)}`, {
        remedy: 'Check the path, its rights and the free space on the machine, then retry.',
        cause: error,
      });
    }
  }
}

const TEMPORARY = '.openclaw-vm-';
const LEFT_BEHIND_AFTER_S = 3600;

/** Written beside the file under another name and then renamed over it, so that nobody ever sees half of it. */
async function replaceFile(session: SftpSession, path: string, bytes: Buffer, mode: number): Promise<void> {
  await makeFolders(session, posix.dirname(path));
  // A link stays, and the file that it leads to is replaced; where there is none yet, the path is what counts.
  const target = (await session.realPath(path)) ?? path;
  const folder = posix.dirname(target);
  const temporary = posix.join(folder, `${TEMPORARY}${randomBytes(6).toString('hex')}`);
  const cleaned = removeLeftBehind(session, folder);
  try {
    await session.writeNewFile(temporary, bytes, mode);
    await session.replace(temporary, target);
  } catch (error) {
    await session.remove(temporary).catch(() => {});
    throw error;
  } finally {
    await cleaned;
  }
}

async function makeFolders(session: SftpSession, folder: string): Promise<void> {
  if (await session.exists(folder)) return;
  const parent = posix.dirname(folder);
  if (parent !== folder) await makeFolders(session, parent);
  try {
    await session.makeFolder(folder);
  } catch (error) {
    // Somebody else may have made it in the meantime.
    if (!(await session.exists(folder))) throw error;
  }
}

/** What a transfer that was cut left behind more than an hour ago. */
async function removeLeftBehind(session: SftpSession, folder: string): Promise<void> {
  try {
    const oldest = Date.now() / 1000 - LEFT_BEHIND_AFTER_S;
    const left = (await session.readFolder(folder))?.filter(
      ({ name, modifiedAtS }) => name.startsWith(TEMPORARY) && modifiedAtS < oldest,
    );
    await Promise.all((left ?? []).map(({ name }) => session.remove(posix.join(folder, name))));
  } catch {
    // Whoever may write into a folder need not be allowed to read it.
  }
}

/** SFTP starts in the home folder, and takes relative paths from there. */
function inHome(path: string): string {
  if (path === '~' || path === '~/') return '.';
  return path.startsWith('~/') ? `./${path.slice(2)}` : path;
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  });
}

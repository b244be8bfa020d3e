import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { MachineFiles } from '../../application/ports/MachineFiles.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { expandHome } from './LocalCommandRunner.ts';

/** Files of this machine. */
export class LocalMachineFiles implements MachineFiles {
  async readText(path: string, signal?: AbortSignal): Promise<string | undefined> {
    return orAbsent(`"${path}" could not be read`, () =>
      readFile(expandHome(path), signal === undefined ? { encoding: 'utf8' } : { encoding: 'utf8', signal }),
    );
  }

  async writeText(path: string, text: string, mode: number, signal?: AbortSignal): Promise<void> {
    await explained(`"${path}" could not be written`, async () => {
      const asked = expandHome(path);
      await mkdir(dirname(asked), { recursive: true });
      const target = await realpath(asked).catch(() => asked);
      const staged = `${target}.openclaw-vm-${randomBytes(6).toString('hex')}`;
      try {
        await writeFile(staged, text, { mode, flag: 'wx', ...(signal === undefined ? {} : { signal }) });
        // The mask of this process must not take rights away that were asked for.
        await chmod(staged, mode);
        await rename(staged, target);
      } finally {
        await rm(staged, { force: true });
      }
    });
  }

  async list(path: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
    signal?.throwIfAborted();
    return orAbsent(`The folder "${path}" could not be read`, () => readdir(expandHome(path)));
  }

  async unpackFolder(path: string, tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    await explained(`The files could not be put into "${path}"`, async () => {
      const folder = resolve(expandHome(path));
      const staging = `${folder}.openclaw-vm-${randomBytes(6).toString('hex')}`;
      try {
        await mkdir(staging, { recursive: true });
        await unpack(tar, staging, signal);
        await merge(staging, folder);
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
    });
  }
}

async function unpack(tar: AsyncIterable<Uint8Array>, staging: string, signal: AbortSignal | undefined): Promise<void> {
  const extractor = extract();
  const unpacked = (async () => {
    for await (const entry of extractor) {
      const { name, type, mode, linkname } = entry.header;
      const target = resolve(staging, name);
      if (target !== staging && !target.startsWith(staging + sep))
        throw new Error(`"${name}" lies outside of the folder.`);
      if (type === 'directory') {
        await mkdir(target, { recursive: true });
      } else if (type === 'symlink') {
        await mkdir(dirname(target), { recursive: true });
        await symlink(linkname ?? '', target);
      } else if (type === 'file') {
        await mkdir(dirname(target), { recursive: true });
        await pipeline(entry, createWriteStream(target));
        if (mode !== undefined) await chmod(target, mode & 0o777);
      }
      entry.resume();
    }
  })();
  await Promise.all([pipeline(Readable.from(tar), extractor, signal === undefined ? {} : { signal }), unpacked]);
}

/** Moves everything over; each file is replaced in one step. */
async function merge(from: string, to: string): Promise<void> {
  const existing = await lstat(to).catch(() => undefined);
  if (existing === undefined) {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
    return;
  }
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await merge(source, target);
    else await rename(source, target);
  }
}

async function orAbsent<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
  return explained(what, async () => {
    try {
      return await action();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  });
}

async function explained<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw cause;
    throw new UserFacingError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      remedy: 'Check the path, its rights and the free space, then retry.',
      cause,
    });
  }
}

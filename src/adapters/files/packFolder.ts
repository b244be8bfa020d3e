import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pack, pack } from 'tar-stream';
import { UserFacingError } from '../../core/UserFacingError.ts';

/** Never sent: the history and the packages can be had again on the other side, and `.env` holds secrets of its machine. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', '.env', '.DS_Store']);

/**
 * The files of a compose project as a tar stream: every file, folder and symbolic link below `folder` except `.git`, `node_modules`
 * and `.env`, with its mode, and nothing that names this machine. `.dockerignore` is not applied: it is for the build there.
 * The stream fails with `UserFacingError` where a file cannot be read.
 */
export async function* packFolder(folder: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const tar = pack();
  const filled = fill(tar, folder, '', signal).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    for await (const chunk of tar) yield chunk as Uint8Array;
  } finally {
    tar.destroy();
    await filled;
  }
}

async function fill(tar: Pack, root: string, below: string, signal: AbortSignal | undefined): Promise<void> {
  const names = await explained(join(root, below), () => readdir(join(root, below)));
  // In order, so that the same project always makes the same stream.
  for (const name of names.sort()) {
    if (LEFT_OUT.has(name)) continue;
    signal?.throwIfAborted();
    if (tar.destroyed) return;
    const path = join(root, below, name);
    const entryName = below === '' ? name : `${below}/${name}`;
    const stats = await explained(path, () => lstat(path));
    const header = { name: entryName, mode: stats.mode & 0o777, mtime: stats.mtime, uid: 0, gid: 0 };
    if (stats.isDirectory()) {
      await written(tar, (done) => tar.entry({ ...header, type: 'directory' }, done));
      await fill(tar, root, entryName, signal);
    } else if (stats.isSymbolicLink()) {
      const linkname = await explained(path, () => readlink(path));
      await written(tar, (done) => tar.entry({ ...header, type: 'symlink', linkname }, done));
    } else if (stats.isFile()) {
      await explained(path, () => addFile(tar, path, { ...header, size: stats.size }));
    }
  }
}

async function addFile(tar: Pack, path: string, header: { name: string; size: number; mode: number }): Promise<void> {
  let left = header.size;
  const entry = tar.entry(header);
  const failed = new Promise<never>((_resolve, reject) => entry.once('error', reject));
  failed.catch(() => {});
  const closed = new Promise<void>((resolve) => entry.once('close', () => resolve()));
  if (header.size > 0) {
    // A log that grows while it is read still fits its header; one that shrinks cannot.
    for await (const chunk of createReadStream(path, { end: header.size - 1 })) {
      left -= (chunk as Buffer).length;
      if (!entry.write(chunk)) {
        await Promise.race([new Promise<void>((resolve) => entry.once('drain', () => resolve())), failed, closed]);
      }
      if (tar.destroyed) return;
    }
  }
  if (left > 0) throw new Error('it became shorter while it was read');
  entry.end(null);
  await Promise.race([closed, failed]);
}

function written(tar: Pack, add: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve();
    tar.once('close', stop);
    add((error) => {
      tar.removeListener('close', stop);
      if (error) reject(error);
      else resolve();
    });
  });
}

async function explained<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserFacingError(`"${path}" could not be packed: ${reason}`, {
      remedy: 'Make the file readable or move it out of the project, then retry.',
      cause,
    });
  }
}

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** `release` resolves when others can take the lock. */
export type FileLock = { readonly release: () => Promise<void> };

/**
 * Takes an exclusive lock that ends with this process, however it ends.
 *
 * A child of `flock` holds it for as long as its input stays open, and the kernel closes that when we die.
 * @returns undefined when another process holds the lock and `wait` is false.
 */
export async function lockFile(path: string, { wait }: { readonly wait: boolean }): Promise<FileLock | undefined> {
  mkdirSync(dirname(path), { recursive: true });
  const child = spawn('flock', [...(wait ? [] : ['--nonblock']), path, 'sh', '-c', 'echo held; exec cat'], {
    // Its own process group: an interrupt at the terminal must not free the lock before the clean-up is done.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const held = await new Promise<boolean>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve(false));
    child.stdout.once('data', () => resolve(true));
  });
  if (!held) return undefined;
  // A lock alone is no reason to keep the process running.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    release: () => {
      child.ref();
      child.stdin.end();
      return gone;
    },
  };
}

import { ConnectionError } from '../../application/ConnectionError.ts';
import { describeAddress, type SshAddress } from './connectErrors.ts';
import { spawnInUserShell, stopInUserShell } from './userShell.ts';

const MAX_SHOWN = 100;

/**
 * Runs the command of a `Match exec` in the person's shell, as ssh does: without input, its output thrown away. Gives whether it ended
 * with 0. @throws ConnectionError (rejects) where it did not end by itself, or the signal's reason.
 */
export function runMatchCommand(
  command: string,
  address: SshAddress,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawnInUserShell(command, 'ignore');
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (what: string, cause?: unknown): void => {
      settle();
      const shown = command.length > MAX_SHOWN ? `${command.slice(0, MAX_SHOWN)}…` : command;
      reject(
        new ConnectionError(
          'other',
          `"Match exec" of the SSH config for ${describeAddress(address)} ${what}: ${shown}`,
          { remedy: 'Run the command in a terminal to see what it waits for or needs, then retry.', cause },
        ),
      );
    };
    const onAbort = (): void => {
      settle();
      stopInUserShell(child);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      stopInUserShell(child);
      fail(`did not end within ${Math.round(timeoutMs / 1000)} s`);
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) => fail('could not be run', error));
    child.once('exit', (code, name) => {
      if (code === null) return fail(`was ended by ${name}`);
      settle();
      resolve(code === 0);
    });
  });
}

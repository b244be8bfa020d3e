import { Duplex } from 'node:stream';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { describeAddress, type SshAddress } from './connectErrors.ts';
import { spawnInUserShell, stopInUserShell } from './userShell.ts';

const MAX_LAST_WORDS = 2000;
const LAST_WORDS_TIMEOUT_MS = 500;

/**
 * Starts the `ProxyCommand` of the person's SSH config in their shell, as ssh does; its stdin and stdout are the connection. It ends
 * with the connection. Rejects with `ConnectionError` where it ends before anything could be sent through it.
 */
export async function openProxyCommand(
  command: string,
  address: SshAddress,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  signal?.throwIfAborted();
  // ssh(1): "exec" saves a process; cmd.exe knows no such thing.
  const isWindows = process.platform === 'win32';
  const child = spawnInUserShell(isWindows ? command : `exec ${command}`, 'pipe');
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-MAX_LAST_WORDS);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  stream.on('error', () => {});
  child.stdin.on('error', () => {});
  stream.once('close', () => stopInUserShell(child));
  return await new Promise<Duplex>((resolve, reject) => {
    const fail = (cause: unknown): void => {
      signal?.removeEventListener('abort', onAbort);
      stream.destroy();
      const said = lastWords.trim().split('\n').at(-1) ?? '';
      reject(
        new ConnectionError(
          'unreachable',
          `The ProxyCommand for ${describeAddress(address)} ended at once${said === '' ? '' : `: ${said}`}`,
          { remedy: 'Run the command of your SSH config in a terminal to see what it needs, then retry.', cause },
        ),
      );
    };
    const onAbort = (): void => {
      stream.destroy();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', fail);
    child.once('exit', (code, name) => {
      const failOnce = (): void => fail(new Error(`exit ${code ?? name}: ${lastWords}`));
      // Its last words may still be on their way; a program that it left behind may keep them open.
      const timer = setTimeout(failOnce, LAST_WORDS_TIMEOUT_MS);
      child.stderr.once('close', () => {
        clearTimeout(timer);
        failOnce();
      });
    });
    // The server speaks first; a stream that ends is "readable" too.
    child.stdout.once('readable', () => {
      if (child.stdout.readableLength === 0) return;
      signal?.removeEventListener('abort', onAbort);
      child.removeAllListeners('exit').removeAllListeners('error');
      child.on('error', () => {});
      resolve(stream);
    });
  });
}

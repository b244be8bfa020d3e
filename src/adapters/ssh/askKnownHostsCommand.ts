import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { type KnownHostsEntry, parseKnownHosts } from '../../core/vm/knownHosts.ts';
import {
  type KnownHostsCommand,
  type KnownHostsQuestion,
  knownHostsCommandLine,
} from '../../core/vm/knownHostsCommand.ts';
import { describeAddress, type SshAddress } from './connectErrors.ts';
import { stopInUserShell } from './userShell.ts';

// ssh waits for ever; one that looks keys up in a directory takes a moment.
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 4 * 2 ** 20;
const MAX_LAST_WORDS = 500;

export interface AskOptions {
  readonly address: SshAddress;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/**
 * Runs the program of `KnownHostsCommand`, without a shell, and reads what it prints. One that cannot be run tells nothing, as with ssh;
 * one that fails may have kept the very line that says "revoked". @throws ConnectionError (rejects) where it fails or does not end.
 */
export function askKnownHostsCommand(
  command: KnownHostsCommand,
  question: KnownHostsQuestion,
  { address, log, signal, timeoutMs = TIMEOUT_MS }: AskOptions,
): Promise<readonly KnownHostsEntry[]> {
  const [program = '', ...argv] = knownHostsCommandLine(command, question);
  if (!isAbsolute(program) || !existsSync(program)) {
    const reason = isAbsolute(program) ? `there is no ${program}` : 'it must begin with the whole path of a program';
    log(`${describeAddress(address)}: "KnownHostsCommand" of the SSH config tells nothing: ${reason}.`);
    return Promise.resolve([]);
  }
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      detached: process.platform !== 'win32',
    });
    const output: Buffer[] = [];
    let size = 0;
    let lastWords = '';
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (what: string, cause?: unknown): void => {
      settle();
      stopInUserShell(child);
      reject(
        new ConnectionError(
          'hostKeyRefused',
          `"KnownHostsCommand" of the SSH config for ${describeAddress(address)} ${what}.`,
          { remedy: `Run ${program} in a terminal to see what it waits for or needs, then retry.`, cause },
        ),
      );
    };
    const onAbort = (): void => {
      settle();
      stopInUserShell(child);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => fail(`did not end within ${Math.round(timeoutMs / 1000)} s`), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      output.push(chunk);
      if (size <= MAX_BYTES) return;
      child.stdout.removeAllListeners('data').destroy();
      fail(`printed more than ${MAX_BYTES / 2 ** 20} MB`);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString('utf8')).slice(-MAX_LAST_WORDS);
    });
    child.once('error', (error) => fail('could not be run', error));
    child.once('close', (code, name) => {
      if (code !== 0) return fail(code === null ? `was ended by ${name}` : `failed with ${code}`, new Error(lastWords));
      settle();
      const source = '"KnownHostsCommand" of the SSH config';
      const entries = parseKnownHosts(Buffer.concat(output).toString('utf8'), source);
      resolve(entries.map((entry) => ({ ...entry, place: { ...entry.place, isPrinted: true } })));
    });
  });
}

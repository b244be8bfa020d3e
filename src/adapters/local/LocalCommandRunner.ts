import { type ChildProcess, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type {
  CommandExit,
  CommandRunner,
  OutputLine,
  RunningCommand,
  RunOptions,
} from '../../application/ports/CommandRunner.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import type { AsyncQueue } from '../streams/AsyncQueue.ts';
import { LineSplitter } from '../streams/LineSplitter.ts';
import { runCommand } from '../streams/runCommand.ts';

const DEFAULT_KILL_AFTER_MS = 5000;

/** Runs programs on this machine, without a shell. */
export class LocalCommandRunner implements CommandRunner {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #killAfterMs: number;

  /** `environment` is added to this process's own for every program; the caller's own wins. */
  constructor(environment: Readonly<Record<string, string>> = {}, killAfterMs = DEFAULT_KILL_AFTER_MS) {
    this.#environment = environment;
    this.#killAfterMs = killAfterMs;
  }

  run(argv: readonly string[], options: RunOptions = {}): RunningCommand {
    return runCommand((lines, onOutputs) => this.#run(argv, options, lines, onOutputs));
  }

  async #run(
    argv: readonly string[],
    options: RunOptions,
    lines: AsyncQueue<OutputLine>,
    onOutputs: (outputs: readonly Readable[]) => void,
  ): Promise<CommandExit> {
    const { signal, stdin, workingDirectory } = options;
    const [program, ...args] = argv;
    signal?.throwIfAborted();
    if (program === undefined) throw new TypeError('There is no program to run.');
    const child = spawn(program, args, {
      ...(workingDirectory === undefined ? {} : { cwd: expandHome(workingDirectory) }),
      env: { ...process.env, ...this.#environment, ...options.environment },
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // Its own process group, so that its children can be ended with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const closed = closeOf(child, program, workingDirectory);
    const { stdout, stderr } = child;
    if (stdout !== null && stderr !== null) {
      onOutputs([stdout, stderr]);
      split(stdout, 'stdout', lines);
      split(stderr, 'stderr', lines);
    }
    const stopping = new AbortController();
    const stop = (): void => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      stdout?.resume();
      stderr?.resume();
      signalGroup(child, 'SIGINT');
      const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), this.#killAfterMs);
      closed.then(
        () => clearTimeout(timer),
        () => clearTimeout(timer),
      );
    };
    signal?.addEventListener('abort', stop, { once: true });
    let stdinError: unknown;
    if (stdin !== undefined && child.stdin !== null) {
      pipeline(stdin, child.stdin, { signal: stopping.signal }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EPIPE' || stopping.signal.aborted) return;
        stdinError = error;
        stop();
      });
    }
    try {
      const exit = await closed;
      signal?.throwIfAborted();
      if (stdinError !== undefined) throw stdinError;
      return exit;
    } finally {
      signal?.removeEventListener('abort', stop);
      // What the program left behind in its group ends with it where it was told to stop.
      if (stopping.signal.aborted) signalGroup(child, 'SIGKILL');
    }
  }
}

/** `~/…` below the home folder; everything else as it is. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

function closeOf(child: ChildProcess, program: string, workingDirectory: string | undefined): Promise<CommandExit> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      const where = workingDirectory === undefined ? '' : ` in "${workingDirectory}"`;
      reject(
        new UserFacingError(`"${program}" could not be started${where}.`, {
          remedy: `Check that "${program}" is installed and on the PATH, and that the folder exists.`,
          cause,
        }),
      );
    });
    child.once('close', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
}

function split(output: Readable, stream: OutputLine['stream'], lines: AsyncQueue<OutputLine>): void {
  const splitter = new LineSplitter();
  const take = (texts: readonly string[]): void => {
    for (const text of texts) lines.push({ stream, text });
  };
  output.on('data', (chunk: Buffer) => take(splitter.push(chunk)));
  output.once('end', () => take(splitter.end()));
}

function signalGroup(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

import { spawn, spawnSync } from 'node:child_process';

export type RunResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
};

/** Runs a command to its end and collects its output; a non-zero exit is a result, a command that cannot start an error. */
export async function tryRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: environment(options.env),
    signal: options.signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // The command may end without having read its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 255));
  });
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Like `tryRun`, but gives stdout and throws on a non-zero exit, with the command's own words. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return outputOf(await tryRun(command, args, options), command, args);
}

/**
 * Like `run`, in process and mount namespaces that end with this process: a build that is killed leaves neither a half-done
 * installer that goes on nor a mount (debootstrap mounts /proc in the tree it builds).
 */
export async function runContained(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const namespaces = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'private',
  ];
  return await run('setpriv', ['--pdeathsig', 'KILL', ...namespaces, command, ...args], options);
}

/** The blocking form of `run`: clean-up must also work while the process exits. */
export function runSync(command: string, args: readonly string[]): string {
  const child = spawnSync(command, args, { encoding: 'utf8', env: environment() });
  if (child.error) throw child.error;
  return outputOf({ exitCode: child.status ?? 255, stdout: child.stdout, stderr: child.stderr }, command, args);
}

/** Quotes one argument for a POSIX shell. */
export function shellQuote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

export function sleepSync(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

/** Waits until `probe` gives something other than undefined. @throws Error naming `what` after `timeoutMs`. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, ...extra };
}

function outputOf(result: RunResult, command: string, args: readonly string[]): string {
  if (result.exitCode === 0) return result.stdout;
  const words = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n');
  throw new Error(`\`${[command, ...args].join(' ')}\` ended with ${result.exitCode}:\n${words}`);
}

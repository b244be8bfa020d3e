import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** Starts a command line of the person's SSH config in their shell, as ssh does (`$SHELL -c`), with a process group of its own. */
export function spawnInUserShell(commandLine: string, stdio: 'pipe'): ChildProcessWithoutNullStreams;
export function spawnInUserShell(commandLine: string, stdio: 'ignore'): ChildProcess;
export function spawnInUserShell(commandLine: string, stdio: 'pipe' | 'ignore'): ChildProcess {
  const shell = process.env['SHELL'];
  const isWindows = process.platform === 'win32';
  return spawn(commandLine, {
    stdio,
    shell: isWindows || shell === undefined || shell === '' ? true : shell,
    windowsHide: true,
    detached: !isWindows,
  });
}

/** Ends it with whatever it has started. */
export function stopInUserShell({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch {
    // It ended by itself.
  }
}

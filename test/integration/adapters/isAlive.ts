import { readFileSync } from 'node:fs';

/** Whether a process of this machine runs; one that has ended but that nobody has collected yet (`Z`) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Without /proc, as on macOS, there is nothing that could contradict; where there is one, the process ended just now.
    return process.platform !== 'linux';
  }
}

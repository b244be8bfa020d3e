import type { Readable } from 'node:stream';
import type { CommandExit, OutputLine, RunningCommand } from '../../application/ports/CommandRunner.ts';
import { AsyncQueue } from './AsyncQueue.ts';

/**
 * Starts `run` at once, which puts the command's lines into the queue that it is given and names the streams that they come from: those
 * wait while nobody reads the lines. The lines end when `run` does.
 */
export function runCommand(
  run: (
    lines: AsyncQueue<OutputLine>,
    onOutputs: (outputs: readonly Pick<Readable, 'pause' | 'resume'>[]) => void,
  ) => Promise<CommandExit>,
): RunningCommand {
  let outputs: readonly Pick<Readable, 'pause' | 'resume'>[] = [];
  const lines = new AsyncQueue<OutputLine>({
    pause: () => {
      for (const output of outputs) output.pause();
    },
    resume: () => {
      for (const output of outputs) output.resume();
    },
  });
  const exit = run(lines, (opened) => {
    outputs = opened;
  }).finally(() => lines.end());
  // Whoever only reads the lines must not meet an unhandled rejection.
  exit.catch(() => {});
  return { lines, exit };
}

import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { CommandExit } from '../../application/ports/CommandRunner.ts';
import type { TerminalSession, TerminalSize } from '../../application/ports/TerminalSession.ts';
import { AsyncQueue } from '../streams/AsyncQueue.ts';
import { withTimeout } from './dockerCalls.ts';

/**
 * Runs a program in a container on a terminal (`docker exec -it`), over a connection of its own. `timeoutMs`: for each answer of the engine.
 */
export async function openContainerTerminal(
  container: Docker.Container,
  argv: readonly string[],
  size: TerminalSize,
  timeoutMs: number,
): Promise<TerminalSession> {
  const within = <T>(ask: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    withTimeout(timeoutMs, undefined, ask);
  const exec = await within((abortSignal) =>
    container.exec({
      Cmd: [...argv],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: true,
      Env: ['TERM=xterm-256color'],
      ConsoleSize: [size.rows, size.columns],
      abortSignal,
    }),
  );
  const stream: Duplex = await within((abortSignal) =>
    exec.start({ hijack: true, stdin: true, Tty: true, abortSignal }),
  );
  const output = new AsyncQueue<Uint8Array>({
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    onLeave: () => stream.resume(),
  });
  stream.on('data', (chunk: Buffer) => output.push(chunk));
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      output.end();
      resolve();
    };
    stream.once('end', end).once('close', end).on('error', end);
  });
  const exit = ended.then(async (): Promise<CommandExit> => {
    const state = await within((abortSignal) => exec.inspect({ abortSignal }));
    return { code: typeof state.ExitCode === 'number' ? state.ExitCode : undefined, signal: undefined };
  });
  // Whoever only shows the output must not meet an unhandled rejection.
  exit.catch(() => {});
  let resized: Promise<unknown> = Promise.resolve();
  const resize = ({ columns, rows }: TerminalSize): void => {
    // One after the other: two requests may overtake each other. A program that has just ended has no size any more.
    resized = resized.then(() => exec.resize({ w: columns, h: rows })).catch(() => {});
  };
  // Engines before API 1.42 take no size at the start.
  resize(size);
  return {
    output,
    exit,
    write: (text) => {
      if (stream.writable) stream.write(text);
    },
    resize,
    close: () => stream.destroy(),
  };
}

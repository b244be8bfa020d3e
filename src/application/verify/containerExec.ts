import type { ContainerExec, Engine } from '../ports/Engine.ts';

/** Ends an exec that answers nothing; what it runs in the container may go on, so it is only for short probes. */
const defaultTimeoutMs = 15_000;

/**
 * Runs a short probe in a container. `undefined` where it did not end in time or the engine could not start it (a program that the
 * image does not have, a container that is not running); rejects only with the signal's reason.
 */
export async function probeExec(
  engine: Engine,
  containerId: string,
  argv: readonly string[],
  signal: AbortSignal | undefined,
  timeoutMs = defaultTimeoutMs,
): Promise<ContainerExec | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await engine.execInContainer(containerId, argv, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** Whether the engine says that the image does not have the program. Engines give 126 or 127, older ones the text alone. */
export function isNotInImage(exec: ContainerExec): boolean {
  return (
    (exec.exitCode === 126 || exec.exitCode === 127) &&
    /executable file not found|no such file or directory|stat .*: not found/i.test(`${exec.stdout}${exec.stderr}`)
  );
}

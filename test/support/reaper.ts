import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Ends what a test started, however the test itself ends: by `close()`, by an exception, or by SIGKILL.
 * A small process of its own waits for the owner's end; it finds the processes by a marker in their environment.
 */
export class Reaper {
  readonly marker: string;
  readonly #process: ChildProcess;

  constructor() {
    this.marker = newMarker();
    this.#process = spawnReaper(this.marker);
  }

  /** Give this environment to every process that must not outlive the owner. */
  environment(base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
    return { ...base, [this.marker]: '1' };
  }

  /** Also end this process and its group; needed outside Linux, where a marker cannot be searched. */
  own(child: ChildProcess): void {
    if (child.pid !== undefined) this.#send({ kill: child.pid });
  }

  /** A new folder under the system's temporary one, removed at the end. */
  temporaryDirectory(prefix: string): string {
    const directory = mkdtempSync(path.join(tmpdir(), `openclaw-vm-${prefix}-`));
    this.#send({ remove: directory });
    return directory;
  }

  /** Ends all processes and removes all folders now; resolves when nothing is left. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.ref();
    this.#process.stdin?.end();
    await ended;
  }

  #send(message: { kill: number } | { remove: string }): void {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

function newMarker(): string {
  return `OPENCLAW_VM_REAP_${randomUUID().replaceAll('-', '')}`;
}

function spawnReaper(marker: string): ChildProcess {
  // Without the markers of outer reapers, or those would end this one before its work is done.
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('OPENCLAW_VM_REAP_'));
  const script = fileURLToPath(new URL('reaperProcess.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, marker], {
    detached: true,
    env: Object.fromEntries(environment),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // The pipe must not keep the owner alive either; the types do not know that it is a socket.
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return child;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ShownContainer } from './generatedEngines.ts';

/** Generated engines beside this process, so that what they cost is not counted here; they end with this process. */
export class EnginesProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /** @param root - the project's folder: the extension host is no Node that reads TypeScript, and knows another one. */
  static async start(
    root: string,
    folder: string,
    engines: number,
    containersPerEngine: number,
  ): Promise<EnginesProcess> {
    const node = join(root, 'node_modules/node/bin/node');
    const script = join(root, 'test/support/engines/runEngines.ts');
    const child = spawn(node, [script, folder, String(engines), String(containersPerEngine)], { stdio: 'pipe' });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    const started = new EnginesProcess(child);
    if ((await started.#answers.next()).done === true) throw new Error(`The engines did not start: ${errors}`);
    return started;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new TypeError('The engines were started without a pipe.');
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Engines whose events somebody follows. */
  async followed(): Promise<number> {
    return (await this.#ask({ do: 'followed' })) as number;
  }

  /** All calls so far. */
  async calls(): Promise<number> {
    return (await this.#ask({ do: 'calls' })) as number;
  }

  async truth(): Promise<Readonly<Record<string, readonly ShownContainer[]>>> {
    return (await this.#ask({ do: 'truth' })) as Readonly<Record<string, readonly ShownContainer[]>>;
  }

  async change(engine: string, container: string): Promise<void> {
    await this.#ask({ do: 'change', engine, container });
  }

  /** Resolves with the number of events that were sent. */
  async storm(eventsPerSecond: number, durationMs: number): Promise<number> {
    return (await this.#ask({ do: 'storm', eventsPerSecond, durationMs })) as number;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exited;
  }

  async #ask(question: object): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error('The engines have ended.');
    return JSON.parse(value) as unknown;
  }
}

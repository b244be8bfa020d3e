import { ConnectionError } from '../../../src/application/ConnectionError.ts';
import type { CommandExit, CommandRunner, OutputLine } from '../../../src/application/ports/CommandRunner.ts';
import type {
  Container,
  ContainerDetails,
  ContainerExec,
  Engine,
  EngineEvent,
  EngineInfo,
} from '../../../src/application/ports/Engine.ts';
import type { Machine } from '../../../src/application/ports/Machine.ts';
import type { MachineFiles } from '../../../src/application/ports/MachineFiles.ts';
import type { FileChange } from '../../../src/core/drift/findDrift.ts';

export const engineInfo: EngineInfo = {
  version: '26.1.5',
  apiVersion: '1.45',
  architecture: 'amd64',
  operatingSystem: 'Debian',
  memoryBytes: 2 * 2 ** 30,
  cpus: 2,
};

export function container(name: string, more: Partial<Container> = {}): Container {
  return {
    id: name.padEnd(12, '0'),
    name,
    image: 'openclaw-gateway:local',
    imageId: 'sha256:1',
    state: 'running',
    health: 'none',
    status: 'Up 1 second',
    createdAtMs: 0,
    ports: [],
    compose: { project: 'p', service: 'openclaw-gateway', workingDirectory: '/srv/p', configFiles: [] },
    ...more,
  };
}

export function details(name: string, more: Partial<ContainerDetails> = {}): ContainerDetails {
  return {
    id: name.padEnd(12, '0'),
    name,
    image: 'openclaw-gateway:local',
    state: 'running',
    health: 'none',
    exitCode: 0,
    outOfMemoryKilled: false,
    restartCount: 0,
    createdAt: '2026-11-22T08:00:00Z',
    startedAt: '2026-11-22T08:00:00.5Z',
    environment: new Map(),
    mounts: [],
    user: 'node',
    ports: [],
    networkMode: 'bridge',
    addresses: [],
    ...more,
  };
}

/** An engine in memory: containers, an event stream that the test feeds, and what it is asked. */
export class FakeEngine implements Engine {
  containers: Container[] = [];
  details = new Map<string, ContainerDetails>();
  logLines: string[] = [];
  /** What calls reject with while the engine is away. */
  failure: Error | undefined;
  execs: (argv: readonly string[]) => ContainerExec = () => ({ exitCode: 127, stdout: '', stderr: '' });
  readonly calls = { info: 0, list: 0, events: 0, exec: 0 };
  #streams = new Set<{ push(event: EngineEvent): void; end(): void }>();

  async info(): Promise<EngineInfo> {
    this.calls.info++;
    if (this.failure !== undefined) throw this.failure;
    return engineInfo;
  }

  async listContainers(): Promise<readonly Container[]> {
    this.calls.list++;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failure !== undefined) throw this.failure;
    return [...this.containers];
  }

  async listContainersById(ids: readonly string[]): Promise<readonly Container[]> {
    return (await this.listContainers()).filter(({ id }) => ids.includes(id));
  }

  async inspectContainer(id: string): Promise<ContainerDetails> {
    const found = this.details.get(id);
    if (found === undefined) throw new Error(`no container ${id}`);
    return found;
  }

  readonly changes: string[] = [];

  async inspectDocument(id: string): Promise<unknown> {
    return { Id: id };
  }

  /** Of every container. */
  fileChanges: readonly FileChange[] = [];

  async listChanges() {
    return this.fileChanges;
  }

  async listImages() {
    return [];
  }

  async listNetworks() {
    return [];
  }

  async startContainer(id: string): Promise<void> {
    this.changes.push(`start ${id}`);
  }

  async stopContainer(id: string): Promise<void> {
    this.changes.push(`stop ${id}`);
  }

  async restartContainer(id: string): Promise<void> {
    this.changes.push(`restart ${id}`);
  }

  async removeContainer(id: string): Promise<void> {
    this.changes.push(`remove ${id}`);
  }

  async openTerminal(): Promise<never> {
    throw new Error('no terminals here');
  }

  async *events(signal: AbortSignal, onOpen?: () => void): AsyncIterable<EngineEvent> {
    this.calls.events++;
    if (this.failure !== undefined) throw this.failure;
    const waiting: EngineEvent[] = [];
    let isOver = false;
    let wake: () => void = () => undefined;
    const stream = {
      push: (event: EngineEvent) => {
        waiting.push(event);
        wake();
      },
      end: () => {
        isOver = true;
        wake();
      },
    };
    this.#streams.add(stream);
    signal.addEventListener('abort', stream.end, { once: true });
    onOpen?.();
    try {
      while (!isOver) {
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      this.#streams.delete(stream);
    }
  }

  async *logs() {
    yield { stream: 'stdout' as const, lines: this.logLines };
  }

  async execInContainer(_id: string, argv: readonly string[]): Promise<ContainerExec> {
    this.calls.exec++;
    return this.execs(argv);
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  emit(action: string, type = 'container', id = container('gateway').id): void {
    for (const stream of this.#streams) stream.push({ type, action, id, attributes: {}, timeNano: 0 });
  }

  /** The event stream ends, as when the engine stops. */
  endEvents(): void {
    for (const stream of this.#streams) stream.end();
  }
}

export interface FakeCommand {
  readonly lines?: readonly string[];
  readonly exit?: CommandExit;
}

/** A machine in memory; `commands` answers each command by its arguments. */
export class FakeMachine implements Machine {
  readonly way = { place: 'ssh' } as const;
  readonly engine = new FakeEngine();
  readonly ran: string[][] = [];
  readonly written = new Map<string, { readonly text: string; readonly mode: number }>();
  isClosed = false;
  answer: (argv: readonly string[]) => FakeCommand = () => ({});
  readonly closed: Promise<Error | undefined>;
  #resolveClosed: (reason: Error | undefined) => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  readonly commands: CommandRunner = {
    run: (argv, options) => {
      this.ran.push([...argv]);
      options?.signal?.throwIfAborted();
      const { lines = [], exit = { code: 0, signal: undefined } } = this.answer(argv);
      return { lines: linesOf(lines), exit: Promise.resolve(exit) };
    },
  };

  dial(): Promise<never> {
    return Promise.reject(new Error('nothing to dial'));
  }

  async facts() {
    return { load: 0.5 };
  }

  readonly files: MachineFiles = {
    readText: async (path) => this.written.get(path)?.text,
    writeText: async (path, text, mode) => void this.written.set(path, { text, mode }),
    list: async () => undefined,
    unpackFolder: async (path) => void this.written.set(path, { text: '', mode: 0 }),
  };

  /** The connection breaks. */
  lose(reason: Error = new ConnectionError('connectionLost', 'lost', { remedy: 'wait' })): void {
    this.isClosed = true;
    this.engine.endEvents();
    this.#resolveClosed(reason);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.engine.endEvents();
    this.#resolveClosed(undefined);
  }
}

async function* linesOf(texts: readonly string[]): AsyncIterable<OutputLine> {
  for (const text of texts) yield { stream: 'stdout', text };
}

/** Lets everything that can happen now happen. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
}

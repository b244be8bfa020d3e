import type { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type {
  Container,
  ContainerDetails,
  ContainerExec,
  ContainerExecOptions,
  Engine,
  EngineEvent,
  EngineInfo,
  Image,
  LogChunk,
  LogOptions,
  Network,
} from '../../application/ports/Engine.ts';
import type { TerminalSession, TerminalSize } from '../../application/ports/TerminalSession.ts';
import type { FileChange } from '../../core/drift/findDrift.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { AsyncQueue } from '../streams/AsyncQueue.ts';
import { LineSplitter } from '../streams/LineSplitter.ts';
import { checkedId, dial, dockerClient, isReset, unixSeconds, withTimeout } from './dockerCalls.ts';
import type { EngineTransport } from './EngineTransport.ts';
import { engineAgent } from './engineAgent.ts';
import { LogDemuxer } from './LogDemuxer.ts';
import { openContainerTerminal } from './openContainerTerminal.ts';
import {
  hasTerminal,
  parseChanges,
  parseContainerDetails,
  parseContainers,
  parseEngineInfo,
  parseEvent,
  parseImages,
  parseNetworks,
} from './parseEngineJson.ts';
import { pingEngine } from './pingEngine.ts';
import { StreamFrames } from './StreamFrames.ts';
import { AnswerTooLong, EngineRefusal } from './sendPlainly.ts';

const CALL_TIMEOUT_MS = 30_000;
const CHANGE_TIMEOUT_MS = 120_000;
const NOT_MODIFIED = 304;

/** One Docker Engine over any transport. Calls share a pool of connections; each stream has one of its own. */
export class DockerEngine implements Engine {
  readonly #transport: EngineTransport;
  readonly #callAgent: Agent;
  readonly #streamAgent: Agent;
  readonly #calls: Docker;
  readonly #streams: Docker;
  readonly #timeoutMs: number;

  /** Greets the engine. @throws ConnectionError (rejects) where none answers that can be used. */
  static async open(
    transport: EngineTransport,
    options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<DockerEngine> {
    const timeoutMs = options.timeoutMs ?? CALL_TIMEOUT_MS;
    const agent = engineAgent(transport);
    try {
      const greeting = await withTimeout(timeoutMs, options.signal, (signal) => pingEngine(agent, signal, transport));
      if (!greeting.ok) {
        throw new ConnectionError('other', `${capitalized(transport.engineName)} ${greeting.reason}.`, {
          remedy: 'Check what listens on the socket of the engine, and update Docker there if it is old.',
        });
      }
      transport.greeted?.();
      return new DockerEngine(transport, agent, greeting.apiVersion, timeoutMs);
    } catch (error) {
      agent.destroy();
      transport.close?.();
      options.signal?.throwIfAborted();
      throw error instanceof ConnectionError ? error : transport.explain(error);
    }
  }

  private constructor(transport: EngineTransport, callAgent: Agent, apiVersion: string, timeoutMs: number) {
    this.#transport = transport;
    this.#callAgent = callAgent;
    this.#streamAgent = engineAgent(transport);
    this.#calls = dockerClient(this.#callAgent, apiVersion, transport);
    this.#streams = dockerClient(this.#streamAgent, apiVersion, transport);
    this.#timeoutMs = timeoutMs;
  }

  /** Gives the connections to the engine back; running streams end. */
  close(): void {
    this.#callAgent.destroy();
    this.#streamAgent.destroy();
    this.#transport.close?.();
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    const [info, version] = await Promise.all([
      this.#call(signal, (abortSignal) => dial(this.#calls, { path: '/info', abortSignal })),
      this.#call(signal, (abortSignal) => dial(this.#calls, { path: '/version', abortSignal })),
    ]);
    return this.#parsed(parseEngineInfo(info, version), 'its state');
  }

  async listContainers(signal?: AbortSignal): Promise<readonly Container[]> {
    const list = await this.#call(signal, (abortSignal) => this.#calls.listContainers({ all: true, abortSignal }));
    return this.#parsed(parseContainers(list), 'its containers');
  }

  async listContainersById(containerIds: readonly string[], signal?: AbortSignal): Promise<readonly Container[]> {
    const filters = { id: containerIds.map(checkedId) };
    const list = await this.#call(signal, (abortSignal) =>
      this.#calls.listContainers({ all: true, filters, abortSignal }),
    );
    return this.#parsed(parseContainers(list), 'its containers');
  }

  async inspectContainer(containerId: string, signal?: AbortSignal): Promise<ContainerDetails> {
    return this.#parsed(parseContainerDetails(await this.#inspect(containerId, signal)), 'a container');
  }

  inspectDocument(containerId: string, signal?: AbortSignal): Promise<unknown> {
    return this.#inspect(containerId, signal);
  }

  async listChanges(containerId: string, signal?: AbortSignal): Promise<readonly FileChange[]> {
    const path = `/containers/${checkedId(containerId)}/changes`;
    const list = await this.#call(signal, (abortSignal) => dial(this.#calls, { path, abortSignal }));
    return this.#parsed(parseChanges(list), "a container's changes");
  }

  async listImages(signal?: AbortSignal): Promise<readonly Image[]> {
    const list = await this.#call(signal, (abortSignal) => dial(this.#calls, { path: '/images/json', abortSignal }));
    return this.#parsed(parseImages(list), 'its images');
  }

  async listNetworks(signal?: AbortSignal): Promise<readonly Network[]> {
    const list = await this.#call(signal, (abortSignal) => dial(this.#calls, { path: '/networks', abortSignal }));
    return this.#parsed(parseNetworks(list), 'its networks');
  }

  async startContainer(containerId: string, signal?: AbortSignal): Promise<void> {
    await this.#change(containerId, signal, (container, abortSignal) => container.start({ abortSignal }));
  }

  async stopContainer(containerId: string, signal?: AbortSignal): Promise<void> {
    await this.#change(containerId, signal, (container, abortSignal) => container.stop({ abortSignal }));
  }

  async restartContainer(containerId: string, signal?: AbortSignal): Promise<void> {
    await this.#change(containerId, signal, (container, abortSignal) => container.restart({ abortSignal }));
  }

  async removeContainer(containerId: string, signal?: AbortSignal): Promise<void> {
    await this.#change(containerId, signal, (container, abortSignal) =>
      container.remove({ force: true, v: true, abortSignal }),
    );
  }

  events(signal: AbortSignal, onOpen?: () => void): AsyncIterable<EngineEvent> {
    const splitter = new LineSplitter();
    // Asked for now, not when the first event is wanted: nothing is missed between this call and the loop.
    return this.#stream(
      signal,
      async (abortSignal) => {
        const body = (await this.#streams.getEvents({ abortSignal })) as Readable;
        onOpen?.();
        return body;
      },
      {
        decode: (data) => splitter.push(data).flatMap((line) => parseEvent(line) ?? []),
        end: () => [],
        // The events of an engine never end by themselves; the caller sees the end of the loop and asks anew.
        endsQuietly: true,
      },
    );
  }

  logs(containerId: string, options: LogOptions): AsyncIterable<LogChunk> {
    let demuxer: LogDemuxer | undefined;
    return this.#stream(
      options.signal,
      async (abortSignal) => {
        demuxer = new LogDemuxer(hasTerminal(await this.#inspect(containerId, abortSignal)));
        return this.#openLogs(containerId, options, abortSignal);
      },
      { decode: (data) => demuxer?.push(data) ?? [], end: () => demuxer?.end() ?? [], endsQuietly: false },
    );
  }

  async execInContainer(
    containerId: string,
    argv: readonly string[],
    options: ContainerExecOptions = {},
  ): Promise<ContainerExec> {
    const container = this.#calls.getContainer(checkedId(containerId));
    const exec = await this.#call(options.signal, (abortSignal) =>
      container.exec({
        Cmd: [...argv],
        AttachStdout: true,
        AttachStderr: true,
        ...(options.user === undefined ? {} : { User: options.user }),
        abortSignal,
      }),
    );
    const frames = new StreamFrames();
    const output = this.#stream(
      options.signal,
      async (abortSignal) =>
        (await this.#streams.getExec(exec.id).start({ Detach: false, Tty: false, abortSignal })) as Readable,
      { decode: (data) => frames.push(data), end: () => [], endsQuietly: false },
    );
    const pieces: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
    let size = 0;
    for await (const { stream, bytes } of output) {
      size += bytes.length;
      if (size > MAX_EXEC_OUTPUT_BYTES) {
        throw new UserFacingError(`"${argv[0] ?? ''}" printed more than 16 MB in the container.`, {
          remedy: 'Run it in a shell of the container, to see what it does.',
        });
      }
      pieces[stream].push(bytes);
    }
    options.signal?.throwIfAborted();
    const result = await this.#call(options.signal, (abortSignal) => exec.inspect({ abortSignal }));
    return {
      exitCode: typeof result.ExitCode === 'number' ? result.ExitCode : -1,
      stdout: Buffer.concat(pieces.stdout).toString('utf8'),
      stderr: Buffer.concat(pieces.stderr).toString('utf8'),
    };
  }

  async openTerminal(containerId: string, argv: readonly string[], size: TerminalSize): Promise<TerminalSession> {
    try {
      const container = this.#streams.getContainer(checkedId(containerId));
      const session = await openContainerTerminal(container, argv, size, this.#timeoutMs);
      const exit = session.exit.catch((error: unknown) => {
        throw this.#explain(error);
      });
      // Whoever only shows the output must not meet an unhandled rejection.
      exit.catch(() => {});
      return { ...session, exit };
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async #change(
    containerId: string,
    signal: AbortSignal | undefined,
    change: (container: Docker.Container, abortSignal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const container = this.#calls.getContainer(checkedId(containerId));
    try {
      // A gateway may take its ten seconds to stop, and more where people gave it more.
      await withTimeout(CHANGE_TIMEOUT_MS, signal, (abortSignal) => change(container, abortSignal));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EngineRefusal && error.statusCode === NOT_MODIFIED) return;
      throw this.#explain(error);
    }
  }

  #inspect(containerId: string, signal?: AbortSignal): Promise<unknown> {
    const container = this.#calls.getContainer(checkedId(containerId));
    return this.#call(signal, (abortSignal) => container.inspect({ abortSignal }));
  }

  // dockerode collects the whole log in memory unless it follows; its modem can stream both.
  #openLogs(containerId: string, options: LogOptions, abortSignal: AbortSignal): Promise<Readable> {
    const query = {
      follow: options.follow,
      stdout: true,
      stderr: true,
      ...(options.tail === undefined ? {} : { tail: options.tail }),
      ...(options.since === undefined ? {} : { since: unixSeconds(options.since) }),
    };
    const path = `/containers/${checkedId(containerId)}/logs?`;
    return dial(this.#streams, { path, options: query, abortSignal, isStream: true }) as Promise<Readable>;
  }

  async #call<T>(signal: AbortSignal | undefined, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await withTimeout(this.#timeoutMs, signal, action);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isReset(error)) throw this.#explain(error);
    }
    // A kept connection that the engine has closed fails on its next use (a restarted engine); a new one tells the truth.
    try {
      return await withTimeout(this.#timeoutMs, signal, action);
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#explain(error);
    }
  }

  #stream<T>(
    signal: AbortSignal | undefined,
    open: (signal: AbortSignal) => Promise<Readable>,
    format: {
      decode(data: Buffer): readonly T[];
      end(): readonly T[];
      readonly endsQuietly: boolean;
    },
  ): AsyncIterable<T> {
    const abort = new AbortController();
    let body: Readable | undefined;
    const queue = new AsyncQueue<T>({
      pause: () => body?.pause(),
      resume: () => body?.resume(),
      onLeave: () => abort.abort(),
    });
    const onAbort = (): void => abort.abort(signal?.reason);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });

    const pushAll = (values: readonly T[]): void => {
      for (const value of values) queue.push(value);
    };
    let finished = false;
    const finish = (error?: unknown): void => {
      if (finished) return;
      finished = true;
      signal?.removeEventListener('abort', onAbort);
      body?.destroy();
      if (error === undefined || abort.signal.aborted || (format.endsQuietly && body !== undefined)) queue.end();
      else queue.end(this.#explain(error));
    };
    abort.signal.addEventListener('abort', () => finish(), { once: true });
    const start = async (): Promise<void> => {
      if (abort.signal.aborted) return finish();
      const opened = await withTimeout(this.#timeoutMs, abort.signal, open);
      body = opened;
      if (finished) {
        opened.destroy();
        return;
      }
      opened.on('data', (data: Buffer) => {
        try {
          pushAll(format.decode(data));
        } catch (error) {
          finish(error);
        }
      });
      opened.once('error', finish);
      opened.once('end', () => {
        pushAll(format.end());
        finish();
      });
      opened.once('close', () => finish(new Error('The stream was closed.')));
    };
    start().catch(finish);
    return queue;
  }

  #parsed<T>(value: T | undefined, what: string): T {
    if (value !== undefined) return value;
    throw this.#unreadable(`about ${what} that cannot be read`);
  }

  #unreadable(which: string, cause?: unknown): UserFacingError {
    return new UserFacingError(`${capitalized(this.#transport.engineName)} gave an answer ${which}.`, {
      remedy: 'Check what listens on the socket of the engine, then retry.',
      cause,
    });
  }

  #explain(error: unknown): UserFacingError {
    if (error instanceof UserFacingError) return error;
    if (error instanceof EngineRefusal) {
      return new UserFacingError(`${capitalized(this.#transport.engineName)} refused: ${error.message}`, {
        remedy: 'Refresh the view: what was asked for may have changed.',
        cause: error,
      });
    }
    if (error instanceof AnswerTooLong) return this.#unreadable('that is too long', error);
    return this.#transport.explain(error);
  }
}

// What is asked in a container answers in a few lines, lists of packages in less than one of these.
const MAX_EXEC_OUTPUT_BYTES = 16 * 1024 * 1024;

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

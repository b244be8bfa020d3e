import { formatLogLine } from '../../core/gateway/formatLogLine.ts';
import type { LogLine } from '../../core/gateway/LogLine.ts';
import { parseLogLine } from '../../core/gateway/parseLogLine.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { findGatewayContainer, requireGatewayContainer } from '../findGatewayContainer.ts';
import type { GatewayTarget } from '../GatewayTarget.ts';
import type { Container, ContainerDetails, Engine, EngineEvent } from '../ports/Engine.ts';
import type { Machine } from '../ports/Machine.ts';
import { unixTime } from '../unixTime.ts';
import type { GatewayLogLine } from './GatewayLogLine.ts';

export interface TailOptions {
  /** Lines from before; 200 when absent. */
  readonly tail?: number;
  readonly signal: AbortSignal;
}

/**
 * The gateway's log, followed through restarts and recreated containers (each told in a notice), until the signal ends it quietly.
 * Rejects with `UserFacingError` where the service has no container, the engine cannot be reached or the connection is lost.
 */
export async function* tailGatewayLogs(
  machine: Machine,
  target: GatewayTarget,
  options: TailOptions,
): AsyncIterable<GatewayLogLine> {
  // Leaving the loop ends what runs below, as the signal does.
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  try {
    yield* follow(machine.engine, target, options.tail ?? defaultTail, signal);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    ended.abort();
  }
}

const defaultTail = 200;

async function* follow(
  engine: Engine,
  target: GatewayTarget,
  tail: number,
  signal: AbortSignal,
): AsyncIterable<GatewayLogLine> {
  const first = await requireGatewayContainer(engine, target, signal);
  let run: ContainerDetails = await engine.inspectContainer(first.id, signal);
  yield* logsOf(engine, run, { tail }, signal);
  while (!signal.aborted) {
    const next = yield* untilNextRun(engine, target, run, signal);
    yield notice(
      next.id === run.id
        ? `${target.service} was started again`
        : `${target.service} was recreated: container ${next.name} (${next.id.slice(0, 12)})`,
    );
    const since = next.id === run.id ? { since: unixTime(next.startedAt) } : {};
    run = next;
    yield* logsOf(engine, run, since, signal);
  }
}

async function* logsOf(
  engine: Engine,
  container: ContainerDetails,
  range: { readonly tail?: number; readonly since?: string },
  signal: AbortSignal,
): AsyncIterable<GatewayLogLine> {
  for await (const chunk of engine.logs(container.id, { follow: true, ...range, signal })) {
    for (const raw of chunk.lines) {
      const line = withLevelOfStream(parseLogLine(raw), chunk.stream);
      yield { kind: 'log', stream: chunk.stream, line, text: formatLogLine(line) };
    }
  }
  signal.throwIfAborted();
}

/** Where colours are off, the stream is what is left of the level: the gateway writes warnings and errors to stderr. */
function withLevelOfStream(line: LogLine, stream: 'stdout' | 'stderr'): LogLine {
  return line.level === undefined && line.subsystem !== undefined && stream === 'stderr'
    ? { ...line, level: 'warn' }
    : line;
}

/** Waits until the service runs again: the same container with a later start, or another one. Tells meanwhile that it does not. */
async function* untilNextRun(
  engine: Engine,
  target: GatewayTarget,
  before: ContainerDetails,
  signal: AbortSignal,
): AsyncGenerator<GatewayLogLine, ContainerDetails> {
  const changes = await ServiceChanges.follow(engine, target, signal);
  try {
    for (let isTold = false; ; ) {
      const container = await findGatewayContainer(engine, target, signal);
      if (container?.state === 'running') {
        const details = await engine.inspectContainer(container.id, signal);
        if (details.id !== before.id || details.startedAt !== before.startedAt) return details;
      } else if (!isTold && container?.state !== 'created') {
        isTold = true;
        yield notice(stoppedSentence(target, container));
      }
      await changes.next(engine, signal);
    }
  } finally {
    changes.end();
  }
}

/** Tells when something happened to the service's containers, by the event stream; remembers what came while nobody waited. */
class ServiceChanges {
  readonly #events: AsyncIterator<EngineEvent>;
  readonly #end: AbortController;
  readonly #target: GatewayTarget;
  #upcoming: Promise<IteratorResult<EngineEvent>>;

  /** Resolves when the engine listens: a look at the container after that, together with the changes, misses nothing. */
  static async follow(engine: Engine, target: GatewayTarget, signal: AbortSignal): Promise<ServiceChanges> {
    const end = new AbortController();
    return await new Promise((resolve, reject) => {
      const either = AbortSignal.any([signal, end.signal]);
      const changes = new ServiceChanges(
        engine.events(either, () => resolve(changes)),
        end,
        target,
      );
      // The engine may refuse the stream, or be away.
      changes.#upcoming.catch(reject);
    });
  }

  private constructor(events: AsyncIterable<EngineEvent>, end: AbortController, target: GatewayTarget) {
    this.#events = events[Symbol.asyncIterator]();
    this.#end = end;
    this.#target = target;
    this.#upcoming = this.#events.next();
  }

  /** Rejects where the stream ended: the engine is away, and its own answer says why. */
  async next(engine: Engine, signal: AbortSignal): Promise<void> {
    for (;;) {
      const result = await this.#upcoming;
      if (result.done === true) {
        signal.throwIfAborted();
        await engine.info(signal);
        throw new UserFacingError('The engine no longer tells what happens to its containers.', {
          remedy: 'Follow the log again.',
        });
      }
      this.#upcoming = this.#events.next();
      this.#upcoming.catch(() => undefined);
      if (isAbout(this.#target, result.value)) return;
    }
  }

  end(): void {
    this.#end.abort();
  }
}

function isAbout(target: GatewayTarget, { type, action, attributes }: EngineEvent): boolean {
  return (
    type === 'container' &&
    attributes['com.docker.compose.project'] === target.project &&
    attributes['com.docker.compose.service'] === target.service &&
    /^(?:start|restart|unpause|destroy|die)$/.test(action)
  );
}

function stoppedSentence(target: GatewayTarget, container: Container | undefined): string {
  if (container === undefined) return `${target.service} was removed; waiting for it to be created again`;
  return `${target.service} stopped (${container.status}); waiting for it to start again`;
}

function notice(text: string): GatewayLogLine {
  return { kind: 'notice', text: `--- ${text}` };
}

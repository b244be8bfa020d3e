import { formatLogLine } from '../../core/gateway/formatLogLine.ts';
import { parseLogLine } from '../../core/gateway/parseLogLine.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { findGatewayContainer, requireGatewayContainer } from '../findGatewayContainer.ts';
import type { GatewayTarget } from '../GatewayTarget.ts';
import type { Container, ContainerDetails, Engine } from '../ports/Engine.ts';
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
      const line = parseLogLine(raw);
      yield { kind: 'log', stream: chunk.stream, line, text: formatLogLine(line) };
    }
  }
  signal.throwIfAborted();
}

/** Waits until the service runs again: the same container with a later start, or another one. Tells meanwhile that it does not. */
async function* untilNextRun(
  engine: Engine,
  target: GatewayTarget,
  before: ContainerDetails,
  signal: AbortSignal,
): AsyncGenerator<GatewayLogLine, ContainerDetails> {
  const changes = new ServiceChanges(engine, target, signal);
  let isTold = false;
  for (;;) {
    const container = await findGatewayContainer(engine, target, signal);
    if (container?.state === 'running') {
      const details = await engine.inspectContainer(container.id, signal);
      if (details.id !== before.id || details.startedAt !== before.startedAt) return details;
    } else if (!isTold) {
      isTold = true;
      yield notice(stoppedSentence(target, container));
    }
    await changes.next();
  }
}

/** Tells when something happened to the service's containers, by the event stream; remembers what came while nobody waited. */
class ServiceChanges {
  readonly #events: AsyncIterator<unknown>;
  #next: Promise<IteratorResult<unknown>>;

  constructor(engine: Engine, target: GatewayTarget, signal: AbortSignal) {
    this.#events = serviceEvents(engine, target, signal)[Symbol.asyncIterator]();
    // Asked at once, so that the subscription stands before the first look at the container.
    this.#next = this.#events.next();
    this.#next.catch(() => undefined);
  }

  /** Rejects where the stream ended: the engine is away. */
  async next(): Promise<void> {
    const result = await this.#next;
    if (result.done === true) {
      throw new UserFacingError('The engine no longer tells what happens to its containers.', {
        remedy: 'Follow the log again.',
      });
    }
    this.#next = this.#events.next();
    this.#next.catch(() => undefined);
  }
}

async function* serviceEvents(engine: Engine, target: GatewayTarget, signal: AbortSignal): AsyncIterable<string> {
  for await (const event of engine.events(signal)) {
    const isOurs =
      event.type === 'container' &&
      event.attributes['com.docker.compose.project'] === target.project &&
      event.attributes['com.docker.compose.service'] === target.service;
    if (isOurs && /^(?:start|restart|unpause|destroy|die)$/.test(event.action)) yield event.action;
  }
  signal.throwIfAborted();
  // The stream ended by itself; the engine's own answer says why.
  await engine.info(signal);
}

function stoppedSentence(target: GatewayTarget, container: Container | undefined): string {
  if (container === undefined) return `${target.service} was removed; waiting for it to be created again`;
  return `${target.service} stopped (${container.status}); waiting for it to start again`;
}

function notice(text: string): GatewayLogLine {
  return { kind: 'notice', text: `--- ${text}` };
}

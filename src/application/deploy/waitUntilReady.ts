import type { FailureExplanation, FailureKind, MachineFacts } from '../../core/deploy/FailureExplanation.ts';
import { cleanLogLine } from '../../core/gateway/cleanLogLine.ts';
import { findProblems } from '../../core/gateway/findProblems.ts';
import type { FoundProblem } from '../../core/gateway/KnownProblem.ts';
import { maskSecrets } from '../../core/gateway/maskSecrets.ts';
import { type ReadyLineKind, readyLine } from '../../core/gateway/readyLine.ts';
import type { OutputLine } from '../ports/CommandRunner.ts';
import type { ContainerDetails, Engine } from '../ports/Engine.ts';
import { secretValues } from '../secretValues.ts';
import { unixTime } from '../unixTime.ts';
import { probeGateway, readReadyLine } from '../verify/probeGateway.ts';

export interface WaitRequest {
  readonly engine: Engine;
  readonly containerId: string;
  readonly service: string;
  readonly machine: MachineFacts;
  readonly timeoutMs: number;
  /** The gateway's log lines while it starts, cleaned. */
  readonly onLine: (line: OutputLine) => void;
  readonly signal: AbortSignal;
}

export type WaitResult =
  | { readonly outcome: 'ready' }
  | {
      readonly outcome: 'failed';
      readonly failure: FailureExplanation;
      readonly problems: readonly FoundProblem[];
    };

/**
 * Waits until a gateway that was just started is ready: by its own `/readyz`, or by its era's ready line where it has none. Ends early
 * when it exits, loops, or is gone, and says why in the words of its log. Rejects with the signal's reason, or where the engine
 * cannot be asked.
 */
export async function waitUntilReady(request: WaitRequest): Promise<WaitResult> {
  const log = new StartLog(request);
  try {
    const deadlineMs = Date.now() + request.timeoutMs;
    let readyByLogOnly = 0;
    // A container that compose left running printed its ready line long ago.
    let logged = await loggedBefore(request);
    for (let nextProbeMs = 0; ; ) {
      const container = await inspect(request);
      const ending = container === undefined ? 'gone' : endingOf(container);
      if (container === undefined || ending !== undefined) {
        return await failed(request, container, ending ?? 'gone');
      }
      if (container.state !== 'running') logged = undefined;
      const isDue = Date.now() >= nextProbeMs || log.takeNews();
      if (isDue) {
        const probe = await probeGateway(request.engine, container, log.furthest ?? logged, request.signal);
        // `/readyz` may lag behind the log for a moment; a gateway without it never answers.
        readyByLogOnly = probe.state === 'ready' && probe.ready !== 'yes' ? readyByLogOnly + 1 : 0;
        if (probe.ready === 'yes' || readyByLogOnly >= confirmations) return { outcome: 'ready' };
        nextProbeMs = Date.now() + (probe.state === 'ready' ? inspectDelayMs : probeDelayMs);
      }
      if (Date.now() >= deadlineMs) return await failed(request, container, 'late');
      await log.waitForNews(inspectDelayMs);
    }
  } finally {
    log.stop();
  }
}

type Ending = 'exited' | 'loop' | 'gone' | 'late';

/** Between looks at the container while a deployment waits; nothing else asks repeatedly. */
const inspectDelayMs = 1_000;
/** A probe starts a program in the container, which a gateway that is starting on a small VM feels; its log says when to ask. */
const probeDelayMs = 5_000;
/** How soon a restarted container's new log is found. */
const restartPollDelayMs = 250;
/** Probes in a row that only the log backs. */
const confirmations = 2;
const problemLineCount = 200;
const detailLineCount = 30;
/** The gateway's own code for a configuration or state problem, which a restart does not cure. */
const configurationExitCode = 78;

/** Follows the container's log while it starts. */
class StartLog {
  furthest: ReadyLineKind | undefined;
  #hasNews = false;
  readonly #abort = new AbortController();
  readonly #request: WaitRequest;
  #wake: (() => void) | undefined;

  constructor(request: WaitRequest) {
    this.#request = request;
    void this.#follow();
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Whether the log said since the last call that the gateway is ready. */
  takeNews(): boolean {
    const hadNews = this.#hasNews;
    this.#hasNews = false;
    return hadNews;
  }

  /** Resolves after `delayMs`, or at once when the log says that the gateway is ready. */
  async waitForNews(delayMs: number): Promise<void> {
    const { signal } = this.#request;
    signal.throwIfAborted();
    if (this.#hasNews) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, delayMs);
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
    signal.throwIfAborted();
  }

  async #follow(): Promise<void> {
    const { engine, containerId, onLine, signal } = this.#request;
    const either = AbortSignal.any([signal, this.#abort.signal]);
    let followedStart: string | undefined;
    while (!either.aborted) {
      try {
        // A container that restarts ends its log; the next start has a log of its own.
        const { startedAt } = await engine.inspectContainer(containerId, either);
        if (startedAt === followedStart) {
          await delay(restartPollDelayMs);
          continue;
        }
        followedStart = startedAt;
        this.furthest = undefined;
        const options = { follow: true, since: unixTime(startedAt), tail: problemLineCount, signal: either };
        for await (const chunk of engine.logs(containerId, options)) {
          for (const raw of chunk.lines) {
            onLine({ stream: chunk.stream, text: cleanLogLine(raw) });
            this.#note(readyLine(raw));
          }
        }
      } catch {
        // The container or the engine may be away: the loop that inspects the container tells which.
        await delay(restartPollDelayMs);
      }
    }
  }

  #note(kind: ReadyLineKind | undefined): void {
    if (kind === undefined) return;
    this.furthest = kind;
    if (kind !== 'ready') return;
    this.#hasNews = true;
    this.#wake?.();
  }
}

async function loggedBefore(request: WaitRequest): Promise<ReadyLineKind | undefined> {
  const container = await inspect(request);
  return container?.state === 'running' ? await readReadyLine(request.engine, container, request.signal) : undefined;
}

async function delay(durationMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** `undefined` where the container is gone; rejects where the engine itself cannot be asked. */
async function inspect({ engine, containerId, signal }: WaitRequest): Promise<ContainerDetails | undefined> {
  try {
    return await engine.inspectContainer(containerId, signal);
  } catch (error) {
    signal.throwIfAborted();
    const containers = await engine.listContainers(signal);
    if (containers.some((container) => container.id === containerId)) throw error;
    return undefined;
  }
}

function endingOf(container: ContainerDetails): Ending | undefined {
  const { state, restartCount, exitCode } = container;
  if (state === 'exited' || state === 'dead') return 'exited';
  // Between two starts only: a container that runs counts the restarts of its whole life, and its exit code is 0.
  if (state === 'restarting' && (restartCount >= 2 || exitCode === configurationExitCode)) return 'loop';
  return undefined;
}

async function failed(
  request: WaitRequest,
  container: ContainerDetails | undefined,
  ending: Ending,
): Promise<WaitResult> {
  const secrets = container === undefined ? [] : secretValues(container.environment);
  const lines = container === undefined ? [] : await lastLines(request, problemLineCount);
  const problems = findProblems(lines, secrets);
  const details = lines.slice(-detailLineCount).map((line) => maskSecrets(cleanLogLine(line), secrets));
  const said = sentence(request, container, ending);
  // The first thing that went wrong in the last start is the cause; what follows is its consequence.
  const cause = problems.find((problem) => problem.exitCode !== undefined) ?? problems[0];
  const failure: FailureExplanation = {
    kind: said.kind,
    message: cause === undefined ? said.message : `${said.message} ${cause.meaning}`,
    remedy: cause?.remedy ?? said.remedy,
    details,
  };
  return { outcome: 'failed', failure, problems };
}

function sentence(
  { service, machine, timeoutMs }: WaitRequest,
  container: ContainerDetails | undefined,
  ending: Ending,
): { readonly kind: FailureKind; readonly message: string; readonly remedy: string } {
  const where = `"${service}" on "${machine.name}"`;
  if (container?.outOfMemoryKilled === true) {
    return {
      kind: 'outOfMemory',
      message: `${where} was killed: it ran out of memory.`,
      remedy: 'Use a larger machine class, or raise the memory limit of the service, then deploy again.',
    };
  }
  const readLog = 'Its last log lines say why; correct that, then deploy again.';
  switch (ending) {
    case 'exited':
      return {
        kind: 'gatewayExited',
        message: `${where} ended with exit code ${container?.exitCode ?? 'unknown'}.`,
        remedy: readLog,
      };
    case 'loop':
      return {
        kind: 'gatewayCrashLoop',
        message: `${where} starts and ends again and again (exit code ${container?.exitCode ?? 'unknown'}).`,
        remedy: readLog,
      };
    case 'gone':
      return {
        kind: 'containerGone',
        message: `The container of ${where} was removed while it started.`,
        remedy: 'Look who else works on that machine, then deploy again.',
      };
    case 'late':
      return {
        kind: 'gatewayNotReady',
        message: `${where} runs, but is not ready after ${Math.round(timeoutMs / 1000)} s.`,
        remedy: 'Follow its log ("OpenClaw VM: Tail Gateway Logs") to see what it waits for.',
      };
  }
}

async function lastLines({ engine, containerId, signal }: WaitRequest, tail: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const chunk of engine.logs(containerId, { follow: false, tail, signal })) lines.push(...chunk.lines);
  return lines;
}

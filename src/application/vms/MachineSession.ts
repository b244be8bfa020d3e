import { ConnectionError } from '../ConnectionError.ts';
import type { EngineEvent, EngineInfo } from '../ports/Engine.ts';
import type { Machine, MachineFacts } from '../ports/Machine.ts';
import { containersOf, type GroupedContainers, regroupContainers } from './groupContainers.ts';
import type { MachineState, MachineView } from './MachineState.ts';
import { Refresher, repeat } from './Refresher.ts';
import type { RefreshTurns } from './RefreshTurns.ts';
import { connectionLost, mayPass, toConnectionError } from './toConnectionError.ts';

export interface MachineSessionOptions {
  readonly name: string;
  readonly connect: (signal: AbortSignal) => Promise<Machine>;
  readonly onState: (state: MachineState) => void;
  /** Shared by all machines. */
  readonly turns: RefreshTurns;
  readonly log: (message: string, cause?: unknown) => void;
}

/**
 * One machine's connection and the view of its engine: connects on demand, shared by all who ask; lists once, then follows the event
 * stream; after a gap lists again. What can no longer be known is `stale`. Tries again by itself, with back-off, only while visible.
 */
export class MachineSession {
  readonly #options: MachineSessionOptions;
  readonly #lifetime = new AbortController();
  #state: MachineState = { kind: 'idle' };
  #machine: Machine | undefined;
  #info: EngineInfo | undefined;
  /** Ends when the engine has told its state, on the present watch. */
  #informed: Promise<void> = Promise.resolve();
  #facts: { readonly values: MachineFacts; readonly readAtMs: number } | undefined;
  #readingFacts = false;
  #attempt: Promise<Machine> | undefined;
  #watch: AbortController | undefined;
  #isVisible = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #failedAttempts = 0;

  constructor(options: MachineSessionOptions) {
    this.#options = options;
  }

  get state(): MachineState {
    return this.#state;
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    clearTimeout(this.#retryTimer);
    if (!isVisible || this.#lifetime.signal.aborted) return;
    const isWorthTrying = 'error' in this.#state ? mayPass(this.#state.error) : this.#state.kind === 'idle';
    if (isWorthTrying) this.#connect().catch(ignoreReported);
  }

  /** The connected machine; connects where needed. Rejects with `ConnectionError`, or the signal's reason. */
  async connect(signal?: AbortSignal): Promise<Machine> {
    signal?.throwIfAborted();
    if (this.#machine !== undefined && this.#state.kind === 'connected') return this.#machine;
    // Somebody asked and should see that it is tried; attempts by itself leave the failure in view.
    if (this.#state.kind === 'failed') this.#setState({ kind: 'connecting' });
    return await untilAborted(this.#connect(), signal);
  }

  dispose(): void {
    clearTimeout(this.#retryTimer);
    this.#lifetime.abort(new Error('The machine was removed.'));
    this.#watch?.abort();
    const machine = this.#machine;
    this.#machine = undefined;
    machine?.close().catch((error: unknown) => this.#options.log(`Closing "${this.#options.name}"`, error));
  }

  #connect(): Promise<Machine> {
    clearTimeout(this.#retryTimer);
    this.#attempt ??= this.#open().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  async #open(): Promise<Machine> {
    const signal = this.#lifetime.signal;
    if (this.#state.kind === 'idle') this.#setState({ kind: 'connecting' });
    try {
      signal.throwIfAborted();
      const machine = this.#machine ?? (await this.#options.connect(signal));
      if (signal.aborted) {
        await machine.close();
        signal.throwIfAborted();
      }
      this.#adopt(machine);
      await this.#watchEngine(machine, signal);
      this.#failedAttempts = 0;
      return machine;
    } catch (error) {
      const problem = signal.aborted ? this.#removed(error) : toConnectionError(error, this.#options.name);
      this.#fail(problem);
      throw problem;
    }
  }

  #removed(cause: unknown): ConnectionError {
    return new ConnectionError('other', `"${this.#options.name}" was removed.`, { remedy: 'Add it again.', cause });
  }

  #adopt(machine: Machine): void {
    if (this.#machine === machine) return;
    this.#machine = machine;
    void machine.closed.then((reason) => {
      if (this.#machine !== machine) return;
      this.#machine = undefined;
      this.#watch?.abort();
      this.#fail(connectionLost(reason, this.#options.name));
    });
  }

  /** Subscribes before it lists, so that nothing between the two is missed. Resolves with the first view. */
  async #watchEngine(machine: Machine, lifetime: AbortSignal): Promise<void> {
    this.#watch?.abort();
    const watch = new AbortController();
    this.#watch = watch;
    // At the same time as the events: each is a round trip to a machine that may be far away.
    const informed = machine.engine.info(lifetime).then((info) => {
      this.#info = info;
    });
    this.#informed = informed;
    const changed = new Set<string>();
    let isListed = false;
    const refresher = new Refresher(watch.signal, this.#options.turns, async () => {
      const ids = [...changed];
      changed.clear();
      try {
        await settled(machine, ids, watch.signal);
        await (isListed && ids.length <= maxSingleContainers
          ? this.#listSome(machine, ids, watch.signal)
          : this.#list(machine, watch.signal));
        isListed = true;
      } catch (error) {
        // What these events told is not known now: nothing less than the whole list will do.
        if (isListed) repeat(() => void refresher.run().catch(ignoreReported), watch.signal);
        isListed = false;
        throw error;
      }
    });
    let followed: Promise<void> = Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      followed = this.#follow(machine.engine.events(watch.signal, resolve), changed, refresher);
      // An engine that refuses the stream; later endings are for `#watchUntilGap`.
      followed.then(resolve, reject);
      informed.catch(reject);
    });
    await refresher.run();
    void this.#watchUntilGap(machine, watch, followed);
  }

  async #follow(events: AsyncIterable<EngineEvent>, changed: Set<string>, refresher: Refresher): Promise<void> {
    for await (const event of events) {
      if (!changesContainers(event)) continue;
      changed.add(event.id);
      void refresher.run().catch(ignoreReported);
    }
  }

  /** The stream ended although nobody ended it: the engine is away, or was for a moment. */
  async #watchUntilGap(machine: Machine, watch: AbortController, followed: Promise<void>): Promise<void> {
    const cause = await followed.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (watch.signal.aborted || this.#lifetime.signal.aborted || this.#machine !== machine) return;
    this.#options.log(`The event stream of "${this.#options.name}" ended`, cause);
    // Ended without an error: an engine that stops does so, and the reason comes with the next question.
    const reason =
      cause === undefined
        ? await machine.engine.info(watch.signal).then(
            () => undefined,
            (error: unknown) => error,
          )
        : cause;
    if (watch.signal.aborted || this.#machine !== machine) return;
    this.#fail(
      reason === undefined
        ? connectionLost(undefined, this.#options.name)
        : toConnectionError(reason, this.#options.name),
    );
  }

  async #list(machine: Machine, signal: AbortSignal): Promise<void> {
    const [containers] = await Promise.all([machine.engine.listContainers(signal), this.#informed]);
    // Of a machine that was away, most is as it was.
    const before = 'view' in this.#state ? this.#state.view : { projects: [], otherContainers: [] };
    const ids = [...before.projects.flatMap(containersOf), ...before.otherContainers, ...containers].map(
      ({ id }) => id,
    );
    this.#show(machine, regroupContainers(before, new Set(ids), containers), signal);
  }

  /** Asks for those alone that changed: with thousands of containers, the list of all costs more than the change. */
  async #listSome(machine: Machine, ids: readonly string[], signal: AbortSignal): Promise<void> {
    if (ids.length === 0 || this.#state.kind !== 'connected') return await this.#list(machine, signal);
    const containers = await machine.engine.listContainersById(ids, signal);
    if (this.#state.kind !== 'connected') return;
    const { view } = this.#state;
    const grouped = regroupContainers(view, new Set(ids), containers);
    if (grouped === view) void this.#readFacts(machine, signal);
    else this.#show(machine, grouped, signal);
  }

  #show(machine: Machine, { projects, otherContainers }: GroupedContainers, signal: AbortSignal): void {
    if (signal.aborted || this.#info === undefined) return;
    const facts = this.#facts === undefined ? {} : { facts: this.#facts.values };
    const known = { info: this.#info, way: machine.way, ...facts };
    const view: MachineView = { ...known, projects, otherContainers, updatedAtMs: Date.now() };
    this.#setState({ kind: 'connected', view });
    void this.#readFacts(machine, signal);
  }

  /** Disk and load come after the containers, at most once a minute, and only where somebody looks. */
  async #readFacts(machine: Machine, signal: AbortSignal): Promise<void> {
    const isFresh = this.#facts !== undefined && Date.now() - this.#facts.readAtMs < factsLifetimeMs;
    if (!this.#isVisible || isFresh || this.#readingFacts) return;
    this.#readingFacts = true;
    try {
      const values = await machine.facts(signal);
      this.#facts = { values, readAtMs: Date.now() };
      if (this.#machine === machine && this.#state.kind === 'connected')
        this.#setState({ kind: 'connected', view: { ...this.#state.view, facts: values } });
    } catch (error) {
      if (!signal.aborted) this.#options.log(`Disk and load of "${this.#options.name}" could not be read`, error);
    } finally {
      this.#readingFacts = false;
    }
  }

  #fail(error: ConnectionError): void {
    if (this.#lifetime.signal.aborted) return;
    this.#watch?.abort();
    const before = this.#state;
    // A connected view was kept true by the event stream until now.
    if (before.kind === 'connected') {
      this.#setState({ kind: 'stale', view: { ...before.view, updatedAtMs: Date.now() }, error });
    } else if (before.kind === 'stale') {
      this.#setState({ kind: 'stale', view: before.view, error });
    } else {
      this.#setState({ kind: 'failed', error });
    }
    this.#scheduleRetry(error);
  }

  #scheduleRetry(error: ConnectionError): void {
    clearTimeout(this.#retryTimer);
    // An engine takes its socket away when it stops: where one was seen, none is no verdict.
    const mayComeBack = mayPass(error) || (error.problem === 'noDocker' && this.#state.kind === 'stale');
    if (!this.#isVisible || !mayComeBack) return;
    const longestMs = this.#failedAttempts < eagerAttempts ? longestRetryDelayMs : patientRetryDelayMs;
    const delayMs = Math.min(firstRetryDelayMs * 2 ** this.#failedAttempts, longestMs);
    this.#failedAttempts++;
    this.#retryTimer = setTimeout(() => {
      this.#connect().catch(ignoreReported);
    }, delayMs);
  }

  #setState(state: MachineState): void {
    if (this.#lifetime.signal.aborted) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

const factsLifetimeMs = 60_000;
const firstRetryDelayMs = 500;
/** Somebody looks at it, and a machine that is back should be seen at once. */
const longestRetryDelayMs = 1500;
/** About ten minutes; then nobody waits for it any more. */
const eagerAttempts = 100;
const patientRetryDelayMs = 20_000;

/** The state already says it. */
function ignoreReported(): void {}

/** Events of containers that a list would show otherwise; execs (health checks among them), attaches and resizes are not. */
function changesContainers({ type, action }: EngineEvent): boolean {
  return (
    type === 'container' && !/^(?:exec_|attach|detach|resize|top|copy|export|archive|extract|commit|kill)/.test(action)
  );
}

/**
 * Resolves when a list shows what the events told. The engine tells of a change a moment before its list has it; an inspection waits
 * until the change is complete. So a list after that is true.
 */
async function settled(machine: Machine, containerIds: readonly string[], signal: AbortSignal): Promise<void> {
  const ids = containerIds.slice(-maxInspections);
  // A container that is gone by now is no failure.
  await Promise.allSettled(ids.map((id) => machine.engine.inspectContainer(id, signal)));
}

/** Of a crowd that changes at once the latest are enough: the others were complete before. */
const maxInspections = 4;

/** A question about more is longer than the list of all. */
const maxSingleContainers = 60;

/** The promise's own ending, or the signal's reason where that comes first. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return await promise;
  promise.catch(ignoreReported);
  return await new Promise<Value>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

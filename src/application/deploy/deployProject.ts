import { killedUnnoticed } from '../../core/deploy/buildFailures.ts';
import type { DeployStep } from '../../core/deploy/DeployPlan.ts';
import { explainFailure } from '../../core/deploy/explainFailure.ts';
import type { FailureExplanation, MachineFacts } from '../../core/deploy/FailureExplanation.ts';
import { composeFileOptions, planDeploy } from '../../core/deploy/planDeploy.ts';
import { shownLine } from '../../core/deploy/shownLine.ts';
import type { FoundProblem } from '../../core/gateway/KnownProblem.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { ConnectionError } from '../ConnectionError.ts';
import type { ContainerDetails } from '../ports/Engine.ts';
import type { Machine } from '../ports/Machine.ts';
import type { GatewayVerification } from '../verify/GatewayChecks.ts';
import { verifyContainer } from '../verify/verifyGateway.ts';
import type { DeployProgress, DeployReport, DeployReporter, DeployRequest, StepResult } from './DeployReport.ts';
import { waitUntilReady } from './waitUntilReady.ts';

/**
 * Runs the plan of `request.action` step by step, then waits for the gateway and verifies it. Stops at the first failure and leaves
 * what runs as it is. Failures and cancelling are in the report; it rejects only for programming errors.
 */
export async function deployProject(
  machine: Machine,
  request: DeployRequest,
  reporter: DeployReporter,
  signal: AbortSignal,
): Promise<DeployReport> {
  return await new Deployment(machine, request, reporter, signal).run();
}

const defaultReadyTimeoutMs = 180_000;
/** For the questions after a failure or a cancel, which have no other limit. */
const afterwardsTimeoutMs = 10_000;
/** Enough for every rule that explains a failure; a source build prints tens of thousands of lines. */
const keptLineCount = 4_000;

/** A step that failed, with its explanation; thrown to leave the sequence, and told in the report. */
class StepFailure extends Error {
  readonly failure: FailureExplanation;
  readonly problems: readonly FoundProblem[];

  constructor(failure: FailureExplanation, problems: readonly FoundProblem[] = []) {
    super(failure.message);
    this.failure = failure;
    this.problems = problems;
  }
}

class Deployment {
  readonly #machine: Machine;
  readonly #request: DeployRequest;
  readonly #reporter: DeployReporter;
  readonly #signal: AbortSignal;
  readonly #results: StepResult[] = [];
  readonly #warnings: string[] = [];
  #current: DeployProgress['id'];
  #facts: MachineFacts;

  constructor(machine: Machine, request: DeployRequest, reporter: DeployReporter, signal: AbortSignal) {
    this.#machine = machine;
    this.#request = request;
    this.#reporter = reporter;
    this.#signal = signal;
    this.#current = request.action === 'update' ? 'pull' : 'build';
    this.#facts = { name: request.machineName };
  }

  async run(): Promise<DeployReport> {
    const before = await this.#runningGateway();
    try {
      const verification = await this.#runAll();
      return {
        outcome: 'succeeded',
        steps: this.#results,
        ...(verification === undefined ? {} : { verification }),
        warnings: this.#warnings,
      };
    } catch (error) {
      const gatewayUntouched = before !== undefined && isSameRun(before, await this.#runningGateway());
      const told = { steps: this.#results, failedStep: this.#current, gatewayUntouched };
      if (this.#signal.aborted) return { outcome: 'cancelled', ...told };
      const { failure, problems } = this.#failureOf(error);
      return { outcome: 'failed', ...told, failure, problems };
    }
  }

  async #runAll(): Promise<GatewayVerification | undefined> {
    this.#signal.throwIfAborted();
    await this.#readMachineFacts();
    const plan = planDeploy(this.#request.action, this.#request.project);
    const starts = plan.some((step) => step.id === 'up');
    const count = plan.length + (starts ? 2 : 0);
    for (const [index, step] of plan.entries()) {
      const { id, title, argv } = step;
      await this.#timed({ id, title, index, count, argv }, () => this.#runStep(step));
    }
    if (!starts) return undefined;
    const service = this.#request.project.gatewayService;
    const containerId = await this.#timed(
      { id: 'ready', title: `Wait until ${service} is ready`, index: plan.length, count },
      () => this.#waitForGateway(service),
    );
    return await this.#timed(
      { id: 'verify', title: 'Verify the gateway and its binaries', index: plan.length + 1, count },
      () => this.#verify(containerId),
    );
  }

  async #timed<Result>(progress: DeployProgress, run: () => Promise<Result>): Promise<Result> {
    this.#current = progress.id;
    this.#reporter.onStep(progress);
    const startedMs = Date.now();
    const result = await run();
    this.#results.push({ id: progress.id, title: progress.title, durationMs: Date.now() - startedMs });
    return result;
  }

  /** For the messages; an engine that cannot say is told of by the first step. */
  async #readMachineFacts(): Promise<void> {
    try {
      const { memoryBytes, architecture } = await this.#machine.engine.info(this.#signal);
      this.#facts = { name: this.#request.machineName, memoryBytes, architecture };
    } catch (error) {
      if (this.#signal.aborted || error instanceof ConnectionError) throw error;
    }
  }

  async #runStep(step: DeployStep): Promise<void> {
    const running = this.#machine.commands.run(step.argv, {
      workingDirectory: step.workingDirectory,
      // Git must fail where it would ask for a name or a password: nobody could answer. English, because failures are recognised.
      environment: { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C.UTF-8' },
      signal: this.#signal,
    });
    const lines: string[] = [];
    // Both must be awaited, whichever fails first.
    const [read, exit] = await Promise.allSettled([this.#forward(running.lines, lines), running.exit]);
    this.#signal.throwIfAborted();
    if (exit.status === 'rejected') throw exit.reason;
    if (read.status === 'rejected') throw read.reason;
    if (exit.value.code === 0) {
      const killed = step.id === 'build' ? killedUnnoticed(lines) : undefined;
      if (killed !== undefined) this.#warnings.push(killedWarning(killed, this.#facts.name));
      return;
    }
    throw new StepFailure(explainFailure(step, exit.value.code, lines, this.#facts));
  }

  async #forward(output: AsyncIterable<{ stream: 'stdout' | 'stderr'; text: string }>, lines: string[]): Promise<void> {
    for await (const { stream, text } of output) {
      const line = shownLine(text);
      this.#reporter.onLine({ stream, text: line });
      lines.push(line);
      if (lines.length > keptLineCount * 2) lines.splice(0, lines.length - keptLineCount);
    }
  }

  async #waitForGateway(service: string): Promise<string> {
    const containerId = await this.#gatewayContainerId(this.#signal);
    if (containerId === undefined) {
      throw new StepFailure({
        kind: 'containerGone',
        message: `"${service}" has no container on "${this.#facts.name}" after the start.`,
        remedy: 'Check that the service is not scaled to zero or behind a compose profile.',
        details: [],
      });
    }
    const result = await waitUntilReady({
      engine: this.#machine.engine,
      containerId,
      service,
      machine: this.#facts,
      timeoutMs: this.#request.readyTimeoutMs ?? defaultReadyTimeoutMs,
      onLine: (line) => this.#reporter.onLine(line),
      signal: this.#signal,
    });
    if (result.outcome === 'failed') throw new StepFailure(result.failure, result.problems);
    return containerId;
  }

  async #verify(containerId: string): Promise<GatewayVerification> {
    const container = await this.#machine.engine.inspectContainer(containerId, this.#signal);
    return await verifyContainer(this.#machine, container, this.#request.expectedBinaries, this.#signal);
  }

  /** Compose itself says which container is the service's: it knows project names, symbolic links and `-f` files. */
  async #gatewayContainerId(signal: AbortSignal): Promise<string | undefined> {
    const { project } = this.#request;
    const argv = [
      'docker',
      'compose',
      ...composeFileOptions(project),
      'ps',
      '--all',
      '--quiet',
      project.gatewayService,
    ];
    const running = this.#machine.commands.run(argv, { workingDirectory: project.folder, signal });
    const ids: string[] = [];
    const read = (async () => {
      for await (const { stream, text } of running.lines)
        if (stream === 'stdout' && /^[0-9a-f]{12,64}$/.test(text.trim())) ids.push(text.trim());
    })();
    const [, exit] = await Promise.all([read, running.exit]);
    return exit.code === 0 ? ids[0] : undefined;
  }

  /** The gateway as it runs now; `undefined` where none runs or nobody can say. */
  async #runningGateway(): Promise<ContainerDetails | undefined> {
    const signal = AbortSignal.timeout(afterwardsTimeoutMs);
    try {
      const id = await this.#gatewayContainerId(signal);
      const container = id === undefined ? undefined : await this.#machine.engine.inspectContainer(id, signal);
      return container?.state === 'running' ? container : undefined;
    } catch {
      return undefined;
    }
  }

  #failureOf(error: unknown): { failure: FailureExplanation; problems: readonly FoundProblem[] } {
    if (error instanceof StepFailure) return error;
    if (!(error instanceof UserFacingError)) throw error;
    const kind =
      error instanceof ConnectionError && error.problem === 'engineStopped' ? 'engineStopped' : 'connectionLost';
    return {
      failure: {
        kind: error instanceof ConnectionError ? kind : 'other',
        message: error.message,
        remedy: error.remedy,
        details: [],
      },
      problems: [],
    };
  }
}

function isSameRun(before: ContainerDetails, after: ContainerDetails | undefined): boolean {
  return after?.id === before.id && after.startedAt === before.startedAt;
}

function killedWarning(line: string, machineName: string): string {
  return `A program in the build was killed and the build went on (${line.trim()}): "${machineName}" was short of memory, and the image may be incomplete.`;
}

import type { ComposeTarget, DeployAction, DeployStep } from '../../core/deploy/DeployPlan.ts';
import type { FailureExplanation } from '../../core/deploy/FailureExplanation.ts';
import type { FoundProblem } from '../../core/gateway/KnownProblem.ts';
import type { OutputLine } from '../ports/CommandRunner.ts';
import type { GatewayVerification } from '../verify/GatewayChecks.ts';

export interface DeployRequest {
  readonly action: DeployAction;
  readonly project: ComposeTarget;
  /** The machine's name, for messages. */
  readonly machineName: string;
  /** Looked up in the gateway's container after the start. */
  readonly expectedBinaries: readonly string[];
  /** How long the gateway may take to become ready after the start; 180 s when absent. */
  readonly readyTimeoutMs?: number;
}

/** Told as it happens. */
export interface DeployReporter {
  /** A step begins; after the plan's steps come `ready` and `verify` where the action starts the gateway. */
  onStep(step: DeployProgress): void;
  /** Live output of the step: the tools' own lines, and the gateway's log lines while it starts. */
  onLine(line: OutputLine): void;
}

export interface DeployProgress {
  readonly id: DeployStep['id'] | 'ready' | 'verify';
  readonly title: string;
  /** Zero-based. */
  readonly index: number;
  readonly count: number;
  /** Absent for what runs no command. */
  readonly argv?: readonly string[];
}

export interface StepResult {
  readonly id: DeployProgress['id'];
  readonly title: string;
  readonly durationMs: number;
}

export type DeployReport =
  | {
      readonly outcome: 'succeeded';
      readonly steps: readonly StepResult[];
      /** Absent for a build only. `ok: false` there means: deployed and ready, but a binary is missing. */
      readonly verification?: GatewayVerification;
      /** Worth a warning although all went well, such as a build step that was killed unnoticed. */
      readonly warnings: readonly string[];
    }
  | {
      readonly outcome: 'failed';
      readonly steps: readonly StepResult[];
      readonly failedStep: DeployProgress['id'];
      readonly failure: FailureExplanation;
      /** What the gateway's own log says, where the gateway was started. */
      readonly problems: readonly FoundProblem[];
      /** The gateway that ran before is still running as it was. */
      readonly gatewayUntouched: boolean;
    }
  | {
      readonly outcome: 'cancelled';
      readonly steps: readonly StepResult[];
      readonly failedStep: DeployProgress['id'];
      readonly gatewayUntouched: boolean;
    };

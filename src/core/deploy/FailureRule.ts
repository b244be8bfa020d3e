import type { DeployStep } from './DeployPlan.ts';
import type { FailureExplanation, FailureKind, MachineFacts } from './FailureExplanation.ts';

/** One way in which a deploy step fails, recognised by what the tools print. */
export interface FailureRule {
  readonly kind: FailureKind;
  /** Against one clean output line. */
  readonly match: RegExp;
  /** Where given, the rule is for this step only. */
  readonly step?: DeployStep['id'];
  explain(groups: RegExpExecArray, context: FailureContext): Pick<FailureExplanation, 'message' | 'remedy'>;
}

export interface FailureContext {
  readonly step: DeployStep;
  readonly machine: MachineFacts;
  /** The folder of the step, for messages. */
  readonly folder: string;
  /** Clean output lines, oldest first. */
  readonly lines: readonly string[];
  /** The Dockerfile instruction that failed, such as `RUN pnpm install`, where the output names it. */
  readonly instruction: string | undefined;
}

import { maskSecrets } from '../gateway/maskSecrets.ts';
import { buildFailures } from './buildFailures.ts';
import { composeFailures } from './composeFailures.ts';
import type { DeployStep } from './DeployPlan.ts';
import type { FailureExplanation, MachineFacts } from './FailureExplanation.ts';
import type { FailureContext, FailureRule } from './FailureRule.ts';
import { gitFailures } from './gitFailures.ts';
import { shownLine } from './shownLine.ts';

/**
 * Why a step failed, from its exit code (`undefined`: ended by a signal) and its output lines, both streams, oldest first. Always an
 * answer: what no rule knows is told with its last lines.
 */
export function explainFailure(
  step: DeployStep,
  exitCode: number | undefined,
  outputLines: readonly string[],
  machine: MachineFacts,
): FailureExplanation {
  const lines = outputLines.map(shownLine);
  const context: FailureContext = {
    step,
    machine,
    folder: step.workingDirectory,
    lines,
    instruction: failedInstruction(lines),
  };
  const found = findRule(rulesOf(step), lines, failedVertex(lines));
  if (found === undefined) return unknownFailure(context, exitCode);
  const { message, remedy } = found.rule.explain(found.groups, context);
  return {
    kind: found.rule.kind,
    message: maskSecrets(message),
    remedy,
    details: detailLines(lines, found.lineIndex),
  };
}

/** The explanation of a step that its caller ended. */
export function explainCancelled(step: { readonly title: string }, machine: MachineFacts): FailureExplanation {
  return {
    kind: 'cancelled',
    message: `"${step.title}" on "${machine.name}" was cancelled.`,
    remedy: 'What ran before is still running; start the action again when you want to.',
    details: [],
  };
}

const detailLineLimit = 30;

function rulesOf(step: DeployStep): readonly FailureRule[] {
  switch (step.id) {
    case 'pull':
      return [...gitFailures, ...aboutMachine];
    case 'build':
    case 'up':
      return [...composeFailures, ...buildFailures];
  }
}

const aboutMachine = [
  ...composeFailures.filter((rule) => rule.kind === 'noFolder'),
  ...buildFailures.filter((rule) => rule.kind === 'noSpace'),
];
const aboutCompose: ReadonlySet<FailureRule> = new Set(composeFailures);

/** The first rule that matches any line, at its last match: the cause is nearer to the end. */
function findRule(
  rules: readonly FailureRule[],
  lines: readonly string[],
  vertex: string | undefined,
): { readonly rule: FailureRule; readonly groups: RegExpExecArray; readonly lineIndex: number } | undefined {
  for (const rule of rules) {
    for (let lineIndex = lines.length - 1; lineIndex >= 0; lineIndex--) {
      const line = lines[lineIndex] ?? '';
      const isFromOtherVertex = vertex !== undefined && /^#\d+ /.test(line) && !line.startsWith(vertex);
      // Programs in build steps say much that sounds like the engine's or compose's own words.
      const isForeign = aboutCompose.has(rule) && /^(?:#\d+|[\d.]+) /.test(line);
      const groups = isFromOtherVertex || isForeign ? null : rule.match.exec(line);
      if (groups !== null) return { rule, groups, lineIndex };
    }
  }
  return undefined;
}

/** BuildKit begins each line of a build step with its number, such as `#7 `; what steps that went well print explains nothing. */
function failedVertex(lines: readonly string[]): string | undefined {
  return /^#\d+ /.exec(lines.findLast((line) => /^#\d+ ERROR/.test(line)) ?? '')?.[0];
}

/** BuildKit heads the summary of an error with ` > [service 3/5] RUN …:`. */
function failedInstruction(lines: readonly string[]): string | undefined {
  const head = lines.findLast((line) => /^ > \[.*\].*:$/.test(line));
  const text = /^ > \[[^\]]*\] ?(.*):$/.exec(head ?? '')?.[1];
  if (text === undefined || text === '') return undefined;
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function unknownFailure({ step, machine, lines }: FailureContext, exitCode: number | undefined): FailureExplanation {
  const ending = exitCode === undefined ? 'was ended by a signal' : `failed with exit code ${exitCode}`;
  const last = lines.findLast((line) => line.trim() !== '');
  return {
    kind: 'other',
    message: maskSecrets(
      `"${step.title}" on "${machine.name}" ${ending}${last === undefined ? '' : `: ${last.trim()}`}`,
    ),
    remedy: 'Read the output of the step; its last lines say why.',
    details: detailLines(lines, lines.length - 1),
  };
}

function detailLines(lines: readonly string[], lineIndex: number): readonly string[] {
  const end = Math.min(lines.length, lineIndex + 6);
  return lines.slice(Math.max(0, end - detailLineLimit), end).map((line) => maskSecrets(line));
}

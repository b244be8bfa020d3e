import { parseDockerfile } from '../../dockerfile/parseDockerfile.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { applyEdits } from '../../text/applyEdits.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import { asDownload } from '../downloadInstalls.ts';
import { type RunScript, runScriptsOf } from '../runScripts.ts';

/** A change of a RUN towards what it should be. */
export interface RunStep {
  readonly edits: readonly TextEdit[];
  /** In a few words, for the title of the fix. */
  readonly what: string;
}

export interface RewrittenRun {
  /** Of the Dockerfile as it was. */
  readonly edit: TextEdit;
  /** What was done, in order. */
  readonly steps: readonly string[];
}

type Run = Omit<RunScript, 'path'>;

/** More than the ways in which one download can be wrong. */
const maxSteps = 8;

/**
 * Rewrites the RUN around a download step by step: each one sees the Dockerfile as the steps before have left it. `nextStep` gives
 * `'done'` when nothing is left to do, and `undefined` when it cannot go on; then there is no fix.
 */
export function rewriteRun(
  run: Run,
  command: ShellCommand,
  nextStep: (run: Run, command: ShellCommand) => RunStep | 'done' | undefined,
): RewrittenRun | undefined {
  const before = run.dockerfile.text;
  const place = placeOf(run, command);
  if (place === undefined) return undefined;
  const steps: string[] = [];
  let text = before;
  let at: { run: Run; command: ShellCommand } | undefined = { run, command };
  while (at !== undefined && steps.length < maxSteps) {
    const step = nextStep(at.run, at.command);
    if (step === undefined) return undefined;
    if (step === 'done') return steps.length === 0 ? undefined : { edit: differenceOf(before, text), steps };
    text = applyEdits(text, step.edits);
    steps.push(step.what);
    at = findAgain(text, place);
  }
  return undefined;
}

/** Steps keep the number and order of instructions' scripts and of the downloads in them. */
interface Place {
  readonly instruction: number;
  readonly script: number;
  readonly download: number;
}

function placeOf(run: Run, command: ShellCommand): Place | undefined {
  const runs = runInstructions(run.dockerfile.instructions);
  const instruction = runs.indexOf(run.instruction);
  const script = runScriptsOf(run.dockerfile)
    .filter((other) => other.instruction === run.instruction)
    .findIndex((other) => other.script === run.script);
  const download = downloadsOf(run).findIndex(({ range }) => range.start === command.range.start);
  return instruction === -1 || script === -1 || download === -1 ? undefined : { instruction, script, download };
}

function findAgain(text: string, place: Place): { run: Run; command: ShellCommand } | undefined {
  const dockerfile = parseDockerfile(text);
  const instruction = runInstructions(dockerfile.instructions)[place.instruction];
  const run = runScriptsOf(dockerfile).filter((other) => other.instruction === instruction)[place.script];
  const command = run === undefined ? undefined : downloadsOf(run)[place.download];
  return run === undefined || command === undefined ? undefined : { run, command };
}

/** An ARG may come before a RUN, but no step adds or removes a RUN. */
function runInstructions<T extends { readonly keyword: string }>(instructions: readonly T[]): readonly T[] {
  return instructions.filter(({ keyword }) => keyword === 'RUN');
}

function downloadsOf(run: Run): readonly ShellCommand[] {
  return run.commands.filter((command) => asDownload(command) !== undefined);
}

/** One edit from the first character that differs to the last one. */
function differenceOf(before: string, after: string): TextEdit {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { range: { start, end: before.length - end }, newText: after.slice(start, after.length - end) };
}

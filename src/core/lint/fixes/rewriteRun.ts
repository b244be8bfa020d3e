import { parseDockerfile } from '../../dockerfile/parseDockerfile.ts';
import type { StageState } from '../../dockerfile/stageStates.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { applyEdits } from '../../text/applyEdits.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import { asDownload } from '../downloadInstalls.ts';
import { type RunScript, textsOf } from '../runScripts.ts';

/** A change of a RUN towards what it should be. */
export interface RunStep {
  readonly edits: readonly TextEdit[];
  /** In a few words, for the title of the fix. */
  readonly what: string;
  /** Certainly nothing is left to do then: the result need not be read again to see it. */
  readonly isLast?: boolean;
  /** The RUN as it was, where all that the edits change for the next step is known: it need not be read again to take that one. */
  readonly after?: RewritableRun;
  /** The step that would come after this one, where it is known already; its edits are of the same text. */
  readonly next?: RunStep;
}

export interface RewrittenRun {
  /** Of the Dockerfile as it was. Who asks only what was done need not wait for it. */
  readonly edit: () => TextEdit;
  /** What was done, in order. */
  readonly steps: readonly string[];
}

/** What steps look at. */
export type RewritableRun = Pick<
  RunScript,
  'dockerfile' | 'instruction' | 'state' | 'text' | 'script' | 'commands' | 'options'
>;

/** More than the ways in which one download can be wrong. */
const maxSteps = 8;

/**
 * Rewrites the RUN around a download step by step: each one sees the Dockerfile as the steps before have left it, and changes nothing
 * but this RUN. `nextStep` gives `'done'` when nothing is left to do, and `undefined` when it cannot go on; then there is no fix.
 */
export function rewriteRun(
  run: RewritableRun,
  command: ShellCommand,
  nextStep: (run: RewritableRun, command: ShellCommand) => RunStep | 'done' | undefined,
): RewrittenRun | undefined {
  const place = placeOf(run, command);
  if (place === undefined) return undefined;
  const steps: string[] = [];
  /** Those that the RUN which the next step looks at does not have yet. */
  let pending: readonly TextEdit[] = [];
  let at: { run: RewritableRun; command: ShellCommand } | undefined = { run, command };
  while (at !== undefined && steps.length < maxSteps) {
    const step = nextStep(at.run, at.command);
    if (step === undefined) return undefined;
    const text: string = at.run.dockerfile.text;
    if (step === 'done') return steps.length === 0 ? undefined : rewritten(run, steps, text, pending);
    const { next } = step;
    // At one place the later step stands before what the earlier one has put there.
    const edits = [...pending, ...(next?.edits ?? []), ...step.edits];
    steps.push(step.what);
    if (next !== undefined) steps.push(next.what);
    if ((next ?? step).isLast === true) return rewritten(run, steps, text, edits);
    pending = step.after === undefined ? [] : edits;
    at =
      step.after === undefined
        ? findAgain(applyEdits(text, edits), place, run.state)
        : { run: step.after, command: at.command };
  }
  return undefined;
}

/** `edits` are of `text`, to which earlier steps have led. */
function rewritten(
  run: RewritableRun,
  steps: readonly string[],
  text: string,
  edits: readonly TextEdit[],
): RewrittenRun {
  return { steps, edit: () => differenceOf(run, applyEdits(text, edits)) };
}

/** Steps keep the instructions, the scripts of this one, and the downloads in them. */
interface Place {
  readonly instruction: number;
  readonly script: number;
  readonly download: number;
}

function placeOf(run: RewritableRun, command: ShellCommand): Place | undefined {
  const instruction = run.dockerfile.instructions.indexOf(run.instruction);
  const script = textsOf(run.instruction, run.state).findIndex((text) => text.script === run.script);
  const download = downloadsOf(run).findIndex(({ range }) => range.start === command.range.start);
  return instruction === -1 || script === -1 || download === -1 ? undefined : { instruction, script, download };
}

/** What stands before the RUN is as it was, so the state is too, and the other RUNs need not be read for it. */
function findAgain(
  text: string,
  place: Place,
  state: StageState,
): { run: RewritableRun; command: ShellCommand } | undefined {
  const run = readAgain(text, place, state);
  const command = run === undefined ? undefined : downloadsOf(run)[place.download];
  return run === undefined || command === undefined ? undefined : { run, command };
}

interface ReadRun {
  readonly text: string;
  readonly place: Place;
  readonly state: StageState;
  readonly run: RewritableRun | undefined;
}

/** The first steps are often the same for all downloads of a RUN, whose fixes are asked for one after the other. */
const maxKnownRuns = 4;
const knownRuns: ReadRun[] = [];

function readAgain(text: string, place: Place, state: StageState): RewritableRun | undefined {
  const { instruction: index, script: scriptIndex } = place;
  const known = knownRuns.find(
    (one) =>
      one.state === state && one.place.instruction === index && one.place.script === scriptIndex && one.text === text,
  );
  if (known !== undefined) return known.run;
  const dockerfile = parseDockerfile(text);
  const instruction = dockerfile.instructions[index];
  const found = instruction === undefined ? undefined : textsOf(instruction, state)[scriptIndex];
  const run =
    instruction === undefined || found === undefined
      ? undefined
      : {
          dockerfile,
          instruction,
          state,
          text: found,
          script: found.script,
          commands: found.commands,
          options: found.options,
        };
  if (knownRuns.length >= maxKnownRuns) knownRuns.shift();
  knownRuns.push({ text, place, state, run });
  return run;
}

function downloadsOf({ commands }: RewritableRun): readonly ShellCommand[] {
  return commands.filter((command) => asDownload(command) !== undefined);
}

/** One edit from the first character that differs to the last one; outside of the RUN none does. */
function differenceOf(
  { dockerfile: { text: before }, instruction: { range } }: RewritableRun,
  after: string,
): TextEdit {
  let { start } = range;
  while (start < before.length && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  const room = Math.min(before.length, after.length) - start;
  let end = Math.min(room, before.length - range.end);
  while (end < room && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  return { range: { start, end: before.length - end }, newText: after.slice(start, after.length - end) };
}

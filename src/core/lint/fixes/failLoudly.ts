import { type FlowNode, optionsAt, pathTo } from '../../shell/failureFlow.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import type { RewritableRun, RunStep } from './rewriteRun.ts';
import { splitPipe } from './splitPipe.ts';

/** Why a failed download does not fail the build. `page`: curl without `--fail` takes an error page for the file. */
export type DownloadMask = 'pipe' | 'sequence' | 'alternative' | 'page';

type Run = RewritableRun;
type List = Extract<FlowNode, { readonly type: 'Script' | 'CompoundList' }>;
type Chain = Extract<FlowNode, { readonly type: 'AndOr' }>;

/**
 * One step towards a RUN that fails with its download, and then towards one without a pipe and with `curl -f`. `undefined` where nobody
 * can be sure what the rest would do then.
 */
export function failLoudlyStep(
  run: Run,
  command: ShellCommand,
  mask: DownloadMask | undefined,
): RunStep | 'done' | undefined {
  const path = pathTo(run.script, command.range.start);
  if (path === undefined || !isPosixShell(run)) return undefined;
  if (mask === 'alternative') return removeAlternative(run, path);
  const flow = flowOf(run, path);
  if (mask === 'pipe' || mask === 'sequence') {
    // The last command of a RUN decides by itself; in front of `||` the shell does not heed `set -e`.
    const isHeeded = !path.some((node) => node.type === 'AndOr' && node.operators.includes('||'));
    if (!flow.errexit && !flow.isLast && (isHeeded || mask === 'sequence')) return addErrexit(run);
    if (flow.chain !== undefined && flow.errexit && !flow.isLastInList) {
      const step = chainToSequence(run, flow.chain);
      // A pipe is split next, whatever else there is to do then. One whose failure counts nowhere counts then, unless more stands around it.
      const isSplitNext = mask === 'pipe' || path.every(isPlain);
      const next = isSplitNext ? splitStep(run, path, command, { ...flow, chain: undefined }) : undefined;
      return step === undefined || next === undefined ? step : { ...step, next };
    }
    if (mask === 'sequence') return undefined;
  }
  const split = splitStep(run, path, command, flow);
  if (split !== undefined) return split;
  if (mask === 'pipe') return undefined;
  return acceptsErrorPages(command) ? (addFail(command) ?? undefined) : 'done';
}

interface Flow {
  readonly errexit: boolean;
  readonly chain: Chain | undefined;
  readonly isLastInList: boolean;
  /** Nothing of the RUN comes after the statement. */
  readonly isLast: boolean;
}

function flowOf(run: Run, path: readonly FlowNode[]): Flow {
  const { errexit } = optionsAt(run.script, path, run.options);
  const list = path.findLast((node): node is List => node.type === 'Script' || node.type === 'CompoundList');
  // Of the innermost list: an outer chain does not join what stands in a group.
  const inner = path.slice(path.indexOf(list ?? run.script.syntax));
  const chain = inner.findLast((node): node is Chain => node.type === 'AndOr');
  const statement = path.find((_, index) => path[index - 1] === list);
  const isLastInList = list?.commands.at(-1) === statement;
  return { errexit, chain, isLastInList, isLast: list?.type === 'Script' && isLastInList };
}

function splitStep(run: Run, path: readonly FlowNode[], command: ShellCommand, flow: Flow): RunStep | undefined {
  const pipeline = path.findLast((node) => node.type === 'Pipeline');
  if (pipeline?.type !== 'Pipeline' || pipeline.commands.length < 2) return undefined;
  if (flow.chain?.operators.some((operator) => operator !== '&&') === true) return undefined;
  const joiner = flow.chain === undefined && flow.errexit ? ';' : '&&';
  const step = splitPipe(run.script.source, pipeline, command, joiner);
  if (step === undefined) return undefined;
  // Then nothing stands between the download's failure and that of the RUN.
  const counts = (joiner === ';' || flow.isLast) && path.every(isPlain);
  return { ...step, isLast: counts && !acceptsErrorPages(command) };
}

/** It hands on the failure of what it holds, as long as what it holds is its last one or `set -e` is on. */
function isPlain(node: FlowNode): boolean {
  if (node.type === 'Statement') return node.background !== true;
  if (node.type === 'AndOr') return node.operators.every((operator) => operator === '&&');
  return node.type === 'Script' || node.type === 'Pipeline' || node.type === 'Command';
}

function acceptsErrorPages({ words }: ShellCommand): boolean {
  const { argv, name } = unwrapCommand(words);
  return (
    name === 'curl' &&
    !argv.some(({ value }) => /^(?:--fail(?:-with-body|-early)?|-[a-zA-Z#]*f[a-zA-Z#]*)$/.test(value))
  );
}

function isPosixShell({ state }: Run): boolean {
  return /(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(state.shell[0] ?? '');
}

/** curl has no short option before which an `f` would mean something else. */
function addFail({ words }: ShellCommand): RunStep | undefined {
  const [program, first] = unwrapCommand(words).argv;
  if (program === undefined) return undefined;
  const joins =
    first !== undefined &&
    /^-[a-zA-Z]+$/.test(first.value) &&
    first.range.end - first.range.start === first.value.length;
  const at = joins ? first.range.start + 1 : program.range.end;
  return { edits: [insert(at, joins ? 'f' : ' -f')], what: 'curl -f' };
}

/** At the start of the script, in its own way of separating commands. */
function addErrexit(run: Run): RunStep | undefined {
  const { dockerfile, instruction, state, text, script, commands, options } = run;
  const { source, syntax } = script;
  const first = syntax.commands[0];
  if (first === undefined) return undefined;
  const ownLines = instruction.heredocs.length > 0 && /\n/.test(source.text);
  return {
    edits: [insert(source.sourceOffset(first.pos), ownLines ? 'set -e\n' : 'set -e; ')],
    what: 'set -e',
    after: { dockerfile, instruction, state, text, script, commands, options: { ...options, errexit: true } },
  };
}

/** `a && b; c` under `set -e` goes on when a fails, `a; b; c` does not. */
function chainToSequence(run: Run, chain: Chain): RunStep | undefined {
  if (chain.operators.some((operator) => operator !== '&&')) return undefined;
  const { source } = run.script;
  const edits: TextEdit[] = [];
  for (const [index, left] of chain.commands.slice(0, -1).entries()) {
    const right = chain.commands[index + 1];
    const at = source.text.indexOf('&&', left.end);
    if (right === undefined || at === -1 || at >= right.pos) return undefined;
    const start = source.sourceOffset(left.end);
    // The blanks before the operator go too; a line continuation stays.
    const between = source.text.slice(left.end, at);
    const blanks = /^[ \t]*$/.test(between) && !isContinued(run, left.end, at);
    if (blanks) edits.push({ range: { start, end: source.sourceOffset(at) + 2 }, newText: ';' });
    else {
      edits.push(insert(start, ';'));
      const operator = source.sourceOffset(at);
      const rest = /^[ \t]*/.exec(source.text.slice(at + 2))?.[0].length ?? 0;
      edits.push({
        range: { start: operator, end: operator + 2 + (isContinued(run, at + 2, at + 2 + rest) ? 0 : rest) },
        newText: '',
      });
    }
  }
  return { edits, what: 'set -e' };
}

/** The body has blanks where the file continues a line. */
function isContinued(run: Run, from: number, to: number): boolean {
  const { source } = run.script;
  return run.dockerfile.text.slice(source.sourceOffset(from), source.sourceOffset(to)).includes('\n');
}

/** `|| true`, `|| echo …`: what stands behind the command that may not fail. */
function removeAlternative(run: Run, path: readonly FlowNode[]): RunStep | undefined {
  const { source } = run.script;
  for (let level = path.length - 1; level > 0; level--) {
    const [chain, node] = [path[level - 1], path[level]];
    if (chain?.type !== 'AndOr' || node === undefined) continue;
    const index = chain.commands.indexOf(node as Chain['commands'][number]);
    const operator = chain.operators.findIndex((text, at) => at >= index && text === '||');
    const [left, right] = [chain.commands[operator], chain.commands[operator + 1]];
    if (operator === -1 || left === undefined || right === undefined) continue;
    const range = { start: source.sourceOffset(left.end), end: source.sourceRange(right.pos, right.end).end };
    const text = source.text.slice(right.pos, right.end).replace(/\s+/g, ' ');
    const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text;
    return { edits: [{ range, newText: '' }], what: `no "|| ${shown}"` };
  }
  return undefined;
}

function insert(at: number, newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}

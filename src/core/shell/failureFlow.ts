import type { AndOr, CompoundList, Statement } from 'unbash';
import type { TextRange } from '../text/TextRange.ts';
import type { ShellScript } from './ShellScript.ts';
import { type ShellOptions, shellOptions } from './shellOptions.ts';

/** Why the failure of a command does not end the script with a failure. */
export type FailureMask =
  /** It feeds a pipe, and only the last program of a pipe counts. */
  | 'pipe'
  /** Another command follows, whatever happened. */
  | 'sequence'
  /** `|| true` and the like. */
  | 'alternative';

export interface FailureFlow {
  readonly mask: FailureMask | undefined;
  /** Set for `pipe`: where the last program of the pipe begins. */
  readonly lastOfPipe?: TextRange;
}

/** A node of a script's syntax tree on the way to a command. */
export type FlowNode = Statement['command'] | Statement | CompoundList | ShellScript['syntax'];
type Node = FlowNode;

/** The first `||` of a list at or after an index among its operators; -1: none. */
function nextAlternative(list: AndOr, index: number): number {
  const { operators } = list;
  if (operators.length <= fewOperators) return operators.indexOf('||', index);
  return alternativesOf(list).find((at) => at >= index) ?? -1;
}

/** They are looked through faster than remembered. */
const fewOperators = 32;

/** Where the operators of a long list are `||`: each of its commands asks. */
function alternativesOf(list: AndOr): readonly number[] {
  let found = knownAlternatives.get(list);
  if (found === undefined) {
    found = list.operators.flatMap((operator, index) => (operator === '||' ? [index] : []));
    knownAlternatives.set(list, found);
  }
  return found;
}

const knownAlternatives = new WeakMap<AndOr, readonly number[]>();

/** Of nodes in order the last one that begins at or before an index of the text. */
function lastIndexBy(nodes: readonly Node[], pos: number): number {
  let low = 0;
  let high = nodes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.pos ?? 0) <= pos) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/** Follows what happens when the simple command that begins at `range` fails; `undefined` where nothing can be said for sure. */
export function failureFlow(script: ShellScript, range: TextRange, outer: ShellOptions): FailureFlow | undefined {
  const path = pathTo(script, range.start);
  if (path === undefined) return undefined;
  const options = optionsAt(script, path, outer);
  // A failure inside `a && b` does not end a script with `set -e`, unless it is that of the last command.
  let isExempt = false;
  for (let level = path.length - 1; level > 0; level--) {
    const node = path[level] as Node;
    const parent = path[level - 1] as Node;
    switch (parent.type) {
      case 'Pipeline': {
        if (parent.prefixes.some((prefix) => prefix.type === 'Negation')) return undefined;
        const last = parent.commands.at(-1);
        if (last !== node && !options.pipefail && last !== undefined) {
          return { mask: 'pipe', lastOfPipe: script.source.sourceRange(last.pos, last.end) };
        }
        break;
      }
      case 'AndOr': {
        const index = lastIndexBy(parent.commands, node.pos);
        const alternative = nextAlternative(parent, index);
        if (alternative !== -1) {
          const other = parent.commands[alternative + 1];
          if (other === undefined) return undefined;
          const outcome = outcomeOf(other);
          if (outcome === 'succeeds') return { mask: 'alternative' };
          if (outcome === 'unknown') return undefined;
          if (outcome === 'exits') return { mask: undefined };
        }
        isExempt = index < parent.commands.length - 1;
        break;
      }
      case 'Statement':
        if (parent.background === true) return undefined;
        break;
      case 'Script':
      case 'CompoundList': {
        const isLast = parent.commands.at(-1) === node;
        if (!isLast) return options.errexit && !isExempt ? { mask: undefined } : { mask: 'sequence' };
        break;
      }
      case 'If':
        if (parent.clause === node) return undefined;
        break;
      case 'BraceGroup':
      case 'Subshell':
      case 'Redirected':
        break;
      default:
        return undefined;
    }
  }
  return { mask: undefined };
}

/** From the script down to the command that begins at a document offset. */
export function pathTo(script: ShellScript, start: number): readonly Node[] | undefined {
  const path: Node[] = [];
  let node: Node | undefined = script.syntax;
  while (node !== undefined) {
    path.push(node);
    if (node.type === 'Command') return script.source.sourceOffset(node.pos) === start ? path : undefined;
    node = lastStartingBy(childrenOf(node), start, script);
  }
  return undefined;
}

/** Of nodes in order the last one that begins at or before a document offset. */
function lastStartingBy(nodes: readonly Node[], start: number, script: ShellScript): Node | undefined {
  let low = 0;
  let high = nodes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (script.source.sourceOffset(nodes[middle]?.pos ?? 0) <= start) low = middle + 1;
    else high = middle - 1;
  }
  return nodes[high];
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'Script':
    case 'CompoundList':
    case 'AndOr':
    case 'Pipeline':
      return node.commands;
    case 'Statement':
    case 'Redirected':
      return [node.command];
    case 'BraceGroup':
    case 'Subshell':
      return [node.body];
    case 'If':
      return [
        node.clause,
        node.then,
        ...node.elif.map((elif) => elif.then),
        ...(node.else === undefined ? [] : [node.else]),
      ];
    default:
      return [];
  }
}

/** The options that the script's own `set` commands have switched on before the command. */
export function optionsAt(script: ShellScript, path: readonly Node[], outer: ShellOptions): ShellOptions {
  const command = path.at(-1);
  let { errexit, pipefail } = outer;
  const shebang = /^#!\S+\s+(?:\S*sh\s+)?(-.*)/.exec(script.source.text)?.[1];
  if (shebang !== undefined) errexit ||= shellOptions(shebang.split(/\s+/)).errexit;
  const before = script.source.sourceOffset(command?.pos ?? 0);
  for (const { words, range } of script.setCommands) {
    if (range.start >= before) break;
    const values = words.slice(1).map((word) => word.value);
    const on = shellOptions(values);
    errexit ||= on.errexit;
    pipefail ||= on.pipefail;
    if (values.some((value) => /^\+[a-zA-Z]*e/.test(value))) errexit = false;
  }
  return { errexit, pipefail };
}

/** How the right side of `||` ends. */
function outcomeOf(node: Statement['command']): 'succeeds' | 'fails' | 'exits' | 'unknown' {
  if (node.type === 'Command') {
    const name = node.name?.value ?? '';
    if (/^(?:true|:|echo|printf)$/.test(name)) return 'succeeds';
    if (name === 'false') return 'fails';
    if (name === 'exit' || name === 'return') {
      const code = node.suffix[0];
      if (code?.type === 'Word' && code.value === '0') return 'succeeds';
      return name === 'exit' ? 'exits' : 'fails';
    }
    return 'unknown';
  }
  if (node.type === 'BraceGroup' || node.type === 'Subshell') {
    const last = node.body.commands.at(-1);
    return last === undefined ? 'unknown' : outcomeOf(last.command);
  }
  if (node.type === 'AndOr') {
    const last = node.commands.at(-1);
    return last === undefined ? 'unknown' : outcomeOf(last);
  }
  return 'unknown';
}

import { spanning } from '../text/spanning.ts';
import type { ShellCommand, ShellScript } from './ShellScript.ts';
import type { ShellWord } from './ShellWord.ts';
import { unwrapCommand } from './unwrapCommand.ts';

/** The commands of a script that run: those of a called function stand after its call. */
export function runCommands(script: ShellScript): readonly ShellCommand[] {
  if (script.functions.size === 0) return script.commands;
  const called = new Set<string>();
  const result: ShellCommand[] = [];
  const add = (commands: readonly ShellCommand[], condition: string | undefined, depth: number): void => {
    for (const command of commands) {
      result.push(condition !== undefined && command.condition === undefined ? command.with({ condition }) : command);
      for (const word of [command.words[0], ...otherCalls(command)]) {
        const name = word?.value ?? '';
        const body = script.functions.get(name);
        if (body === undefined) continue;
        if (runsArguments(body)) result.push(...argumentCommands(command));
        if (called.has(name) || depth > maxDepth) continue;
        called.add(name);
        add(body, command.condition ?? condition, depth + 1);
      }
    }
  };
  add(script.commands, undefined, 0);
  return result;
}

/** Nobody nests deeper; a generated chain of thousands of functions would exhaust the stack. */
const maxDepth = 100;

/** `trap cleanup EXIT` and `time run` call a function too. */
function otherCalls(command: ShellCommand): readonly ShellWord[] {
  const name = command.words[0]?.value;
  return name === 'trap' || name === 'time' || name === '!' ? command.words.slice(1, 2) : [];
}

/** `retry() { "$@" || … }` */
function runsArguments(body: readonly ShellCommand[]): boolean {
  return body.some((command) => /^\$[@*]$/.test(unwrapCommand(command.words).argv[0]?.value ?? ''));
}

/** The command may stand behind arguments of the function's own: `retry 3 npm install`. */
const maxOwnArguments = 3;

function argumentCommands(call: ShellCommand): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  const last = call.words.at(-1);
  for (let from = 1; from <= maxOwnArguments && from < call.words.length; from++) {
    const first = call.words[from];
    if (first === undefined || last === undefined) break;
    const range = spanning(first.range, last.range);
    commands.push(call.with({ words: call.words.slice(from), assignments: [], range }));
  }
  return commands;
}

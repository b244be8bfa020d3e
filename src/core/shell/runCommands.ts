import { expandVariables } from '../dockerfile/expandVariables.ts';
import { spanning } from '../text/spanning.ts';
import { parseShell } from './parseShell.ts';
import type { ShellCommand, ShellScript } from './ShellScript.ts';
import type { ShellWord } from './ShellWord.ts';
import { unwrapCommand } from './unwrapCommand.ts';

/** The commands of a script that run: those of a called function stand after its call. */
export function runCommands(script: ShellScript): readonly ShellCommand[] {
  return withCalls(script, beforeEnd(script));
}

function withCalls(script: ShellScript, own: readonly ShellCommand[]): readonly ShellCommand[] {
  if (script.functions.size === 0) return own;
  const called = new Set<string>();
  const result: ShellCommand[] = [];
  const add = (commands: readonly ShellCommand[], condition: string | undefined, depth: number): void => {
    for (const command of commands) {
      result.push(condition !== undefined && command.condition === undefined ? command.with({ condition }) : command);
      for (const word of [command.words[0], ...otherCalls(command)]) {
        const name = word?.value ?? '';
        const body = script.functions.get(name);
        if (body === undefined) continue;
        if (runsArguments(body) || runsJoined(body)) result.push(...argumentCommands(command));
        if (runsText(body)) result.push(...textCommands(command));
        if (called.has(name) || depth > maxDepth) continue;
        called.add(name);
        add(body, command.condition ?? condition, depth + 1);
      }
    }
  };
  add(own, undefined, 0);
  return result;
}

/** What follows an unconditional `exit`, or an `exec` of a program, never runs. */
function beforeEnd({ commands, syntax, source }: ShellScript): readonly ShellCommand[] {
  const last = syntax.commands.find(({ command, background }) => {
    if (background === true || command.type !== 'Command') return false;
    const name = command.name?.value;
    return name === 'exit' || (name === 'exec' && command.suffix.some((item) => item.type === 'Word'));
  });
  if (last === undefined || last === syntax.commands.at(-1)) return commands;
  const end = source.sourceOffset(last.end - 1);
  return commands.filter(({ range }) => range.start <= end);
}

/** What a call of one of the script's functions runs. */
export function functionCommands(script: ShellScript, name: string): readonly ShellCommand[] {
  return withCalls(script, script.functions.get(name) ?? []);
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

/** `as_node() { su node -c "cd /app && $*"; }` */
function runsJoined(body: readonly ShellCommand[]): boolean {
  return textsIn(body).some((text) => /\$(?:[*@]|\{[*@]\})/.test(text));
}

/** `run() { eval "$1" || … }`, `as_node() { su node -c "cd /app && $1"; }` */
function runsText(body: readonly ShellCommand[]): boolean {
  return textsIn(body).some((text) => /(?:^|&& ?|; ?)\$\{?[@*1-9]\}?$/.test(text));
}

/** The shell texts that a function runs, with its arguments in place of what it calls them: `local cmd="$1"; bash -c "$cmd"`. */
function textsIn(body: readonly ShellCommand[]): readonly string[] {
  const texts = body.map((command) => unwrapCommand(command.words).shellText?.text ?? '');
  if (!texts.some((text) => text.includes('$'))) return [];
  const names = new Map<string, string>();
  for (const { assignments } of body)
    for (const { name, value } of assignments)
      if (value !== undefined && /^\$\{?[@*1-9]\}?$/.test(value.value)) names.set(name, value.value);
  return texts.map((text) => expandVariables(text, (name) => names.get(name)));
}

function textCommands(call: ShellCommand): readonly ShellCommand[] {
  return call.words
    .slice(1, 1 + maxOwnArguments)
    .filter((word) => word.value.includes(' '))
    .flatMap((word) => parseShell(word.text).commands);
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

import { expandWords } from '../shell/expandWords.ts';
import { parseShell } from '../shell/parseShell.ts';
import { runCommands } from '../shell/runCommands.ts';
import type { ShellCommand, ShellScript } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { MappedText } from '../text/MappedText.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { taskTexts } from '../workspace/taskTexts.ts';
import type { RelatedLocation } from './Problem.ts';
import { scriptsRun } from './scriptsRunInContainers.ts';

/** A command that the project's own scripts and tasks run inside a running container (`docker exec`, `docker compose exec`). */
export interface ExecutedInContainer {
  readonly path: string;
  readonly commands: readonly ShellCommand[];
  /** Where the commands stand in a script of their own: what runs it. */
  readonly chain?: readonly RelatedLocation[];
}

/** What the shell scripts, makefiles and tasks of the project run in running containers. */
export function executedInContainers(model: ProjectModel): readonly ExecutedInContainer[] {
  const found: ExecutedInContainer[] = [];
  const scripts = new Set<string>();
  for (const path of model.paths) {
    for (const text of taskTexts(path, model)) {
      if (!text.text.includes('exec')) continue;
      for (const { call, commands } of executedIn(text, 0)) {
        found.push({ path, commands });
        for (const script of scriptsRun(model, { path, text, call, commands })) {
          if (scripts.has(script.path)) continue;
          scripts.add(script.path);
          found.push(script);
        }
      }
    }
  }
  return found;
}

const maxDepth = 3;

interface Executed {
  /** The `docker exec`. */
  readonly call: ShellCommand;
  readonly commands: readonly ShellCommand[];
}

/** The commands that a text for the host runs in containers, in order. */
function executedIn(text: MappedText, depth: number): readonly Executed[] {
  const script = parseShell(text);
  const commands = expandWords(runCommands(script), noVariables);
  const passing = passingFunctions(script);
  const shortened = shortenedCommands(script);
  return commands.flatMap((written) => {
    const before = shortened.size === 0 ? undefined : shortened.get(written.words[0]?.value ?? '');
    const command = before === undefined ? written : written.with({ words: [...before, ...written.words.slice(1)] });
    const inner = containerCommands(command);
    if (inner !== undefined) return [{ call: command, commands: inner }];
    const called = passing.size > 0 && passing.has(command.words[0]?.value ?? '');
    if (called) return [{ call: command, commands: passedCommands(command) }];
    const hostText = depth < maxDepth ? textForHost(command) : undefined;
    return hostText?.text.includes('exec') === true ? executedIn(hostText, depth + 1) : [];
  });
}

const noVariables: ReadonlyMap<string, string> = new Map();

/** Shell text that a command runs on this or another host: `sh -c TEXT`, `ssh HOST TEXT`, a here-document for either. */
function textForHost({ words, redirects }: ShellCommand): MappedText | undefined {
  const { name, argv, shellText } = unwrapCommand(words);
  if (shellText !== undefined) return shellText;
  if (name !== 'ssh' && !shells.test(name)) return undefined;
  const body = redirects.find((redirect) => redirect.body !== undefined)?.body;
  if (body !== undefined) return body;
  const last = argv.at(-1);
  return name === 'ssh' && argv.length > 2 && last?.value.includes(' ') === true ? last.text : undefined;
}

const shells = /^(?:ba|da|a|z|k)?sh$/;

/** Functions that run their arguments in a container: `in_gateway() { docker exec gateway "$@"; }`. */
function passingFunctions(script: ShellScript): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [name, body] of script.functions) {
    if (expandWords(body, noVariables).some(passesArguments)) names.add(name);
  }
  return names;
}

/** What stands before the arguments in functions that only shorten a command: `dc() { docker compose -f prod.yml "$@"; }`. */
function shortenedCommands(script: ShellScript): ReadonlyMap<string, readonly ShellWord[]> {
  const found = new Map<string, readonly ShellWord[]>();
  for (const [name, body] of script.functions) {
    for (const { words } of expandWords(body, noVariables)) {
      const program = unwrapCommand(words).name;
      if (!(engines.test(program) || composeNames.test(program) || program === 'ssh')) continue;
      if (/^\$\{?[@*]\}?$/.test(words.at(-1)?.value ?? '')) found.set(name, words.slice(0, -1));
    }
  }
  return found;
}

const engines = /^(?:docker|podman|nerdctl)$/;

function passesArguments(command: ShellCommand): boolean {
  const inner = afterExec(command);
  if (inner === undefined) return false;
  const { argv, shellText } = unwrapCommand(inner);
  return /^\$\{?[@*1]\}?$/.test(shellText?.text ?? argv[0]?.value ?? '');
}

function passedCommands(call: ShellCommand): readonly ShellCommand[] {
  const [, ...passed] = call.words;
  const text = passed.find((word) => word.value.includes(' '));
  if (text !== undefined) return runCommands(parseShell(text.text));
  const [first] = passed;
  return first === undefined ? [] : [toCommand(call, passed, first)];
}

const optionsWithValue = new Set([
  '-e',
  '--env',
  '-u',
  '--user',
  '-w',
  '--workdir',
  '--env-file',
  '--index',
  '--detach-keys',
  '-f',
  '--file',
  '-p',
  '--project-name',
  '--project-directory',
  '--profile',
  '--context',
  '-H',
  '--host',
]);

/** Container and command line of `docker exec`, without its options; `undefined` for other commands. */
function afterExec(command: ShellCommand): readonly ShellWord[] | undefined {
  const { argv, name } = unwrapCommand(command.words);
  const isCompose = composeNames.test(name);
  if (!isCompose && !engines.test(name)) return undefined;
  let at = 1;
  const skipOptions = (): void => {
    while (argv[at]?.value.startsWith('-') === true) at += optionsWithValue.has(argv[at]?.value ?? '') ? 2 : 1;
  };
  skipOptions();
  if (argv[at]?.value === 'compose' || argv[at]?.value === 'container') {
    at++;
    skipOptions();
  }
  if (argv[at]?.value !== 'exec') return undefined;
  at++;
  skipOptions();
  return argv.slice(at + 1);
}

/** Also variables that a file read before sets: `$COMPOSE exec`, `$(DC) exec`. */
const composeNames =
  /^(?:(?:docker|podman)-compose|\$\{?(?:\w+_)?(?:DC|COMPOSE|DOCKER_COMPOSE|COMPOSE_CMD|DOCKER)(?:_CMD|_BIN)?\}?)$/;

function containerCommands(command: ShellCommand): readonly ShellCommand[] | undefined {
  const inner = afterExec(command);
  const first = inner?.[0];
  if (inner === undefined || first === undefined) return undefined;
  const { shellText, name, argv } = unwrapCommand(inner);
  if (shellText !== undefined) return runCommands(parseShell(shellText));
  const body = command.redirects.find((redirect) => redirect.body !== undefined)?.body;
  if (body !== undefined && shells.test(name) && argv.slice(1).every(({ value }) => value.startsWith('-')))
    return runCommands(parseShell(body));
  return [toCommand(command, inner, first)];
}

function toCommand(command: ShellCommand, words: readonly ShellWord[], first: ShellWord): ShellCommand {
  const end = words.at(-1)?.range.end ?? first.range.end;
  const range = { start: first.range.start, end };
  return command.with({ words, assignments: [], redirects: [], pipeline: undefined, range });
}

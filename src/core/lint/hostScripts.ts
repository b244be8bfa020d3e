import { parseShell } from '../shell/parseShell.ts';
import { runCommands } from '../shell/runCommands.ts';
import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import { MappedText } from '../text/MappedText.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { baseName } from '../workspace/paths.ts';

/** A command that the project's own scripts and tasks run inside a running container (`docker exec`, `docker compose exec`). */
export interface ExecutedInContainer {
  readonly path: string;
  readonly commands: readonly ShellCommand[];
}

/** What the shell scripts and makefiles of the project run in running containers. */
export function executedInContainers(model: ProjectModel): readonly ExecutedInContainer[] {
  const found: ExecutedInContainer[] = [];
  for (const path of model.paths) {
    for (const text of shellTexts(path, model)) {
      if (!text.text.includes('exec')) continue;
      for (const command of runCommands(parseShell(text))) {
        const inner = containerCommand(command);
        if (inner !== undefined) found.push({ path, commands: inner });
      }
    }
  }
  return found;
}

function shellTexts(path: string, model: ProjectModel): readonly MappedText[] {
  const name = baseName(path);
  if (/\.(?:sh|bash)$/i.test(name)) {
    const text = model.readText(path);
    return text === undefined ? [] : [text];
  }
  if (!/^(?:makefile|justfile)$/i.test(name)) return [];
  const text = model.read(path) ?? '';
  const recipes: MappedText[] = [];
  for (const match of text.matchAll(/^[ \t]+[@-]*(.*(?:\\\n.*)*)$/gm)) {
    const body = match[1] ?? '';
    recipes.push(new MappedText(body, match.index + match[0].length - body.length));
  }
  return recipes;
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
  '--profile',
]);

function containerCommand(command: ShellCommand): readonly ShellCommand[] | undefined {
  const { argv, name } = unwrapCommand(command.words);
  const isCompose = name === 'docker-compose' || name === 'podman-compose';
  if (name !== 'docker' && name !== 'podman' && !isCompose) return undefined;
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
  const inner = argv.slice(at + 1);
  const first = inner[0];
  if (first === undefined) return undefined;
  const { shellText } = unwrapCommand(inner);
  if (shellText !== undefined) return runCommands(parseShell(shellText));
  return [toCommand(command, inner, first)];
}

function toCommand(command: ShellCommand, words: readonly ShellWord[], first: ShellWord): ShellCommand {
  const end = words.at(-1)?.range.end ?? first.range.end;
  const range = { start: first.range.start, end };
  return command.with({ words, assignments: [], redirects: [], pipeline: undefined, range });
}

import { expandWords } from '../shell/expandWords.ts';
import { parseShell } from '../shell/parseShell.ts';
import { runCommands } from '../shell/runCommands.ts';
import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { MappedText } from '../text/MappedText.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { baseName, parentFolder, resolvePath } from '../workspace/paths.ts';
import { ContainerFiles } from '../workspace/start/ContainerFiles.ts';
import type { RelatedLocation } from './Problem.ts';

/** A script of the project that is run in a container. */
export interface ScriptRun {
  readonly path: string;
  readonly commands: readonly ShellCommand[];
  /** What runs it. */
  readonly chain: readonly RelatedLocation[];
}

interface Exec {
  readonly path: string;
  /** All that stands around the call. */
  readonly text: MappedText;
  /** The `docker exec`. */
  readonly call: ShellCommand;
  /** What it runs in the container. */
  readonly commands: readonly ShellCommand[];
}

/**
 * What scripts of the project run that a `docker exec` runs in a container: those that `docker cp` has brought there, that the image or
 * a mount holds, or that the shell there reads from its input.
 */
export function scriptsRun(model: ProjectModel, { path, text, call, commands }: Exec): readonly ScriptRun[] {
  const found = new Map<string, MappedText>();
  const add = (file: string | undefined): void => {
    const script = file === undefined ? undefined : model.readText(file);
    if (file !== undefined && script !== undefined && isShellScript(script.text)) found.set(file, script);
  };
  for (const command of commands) {
    const { name, argv, script } = unwrapCommand(command.words);
    const word = script ?? argv[0];
    if (word === undefined) continue;
    if (isShell.test(name) && script === undefined) {
      const input = call.redirects.find(({ operator }) => operator === '<')?.target;
      if (input !== undefined) add(hostFile(model, path, input));
    } else if (word.isStatic && word.value.includes('/')) {
      const at = resolvePath('/', word.value);
      add(copiedTo(at, model, path, text) ?? fileAt(model, at));
    } else if (word.isStatic && script !== undefined) {
      // In whatever folder the container is.
      add(copiedTo(word.value, model, path, text));
    }
  }
  const chain = [{ path, range: call.range, message: '"docker exec" runs it' }];
  return [...found].map(([file, script]) => ({ path: file, commands: runCommands(parseShell(script)), chain }));
}

const isShell = /^(?:ba|da|a|z|k)?sh$/;

function isShellScript(text: string): boolean {
  const shebang = /^#!.*/.exec(text)?.[0];
  return shebang === undefined || /\b(?:ba|da|a|z|k)?sh\b/.test(shebang);
}

/** The file that `docker cp` puts at a path of a container, or anywhere there under a name. */
function copiedTo(at: string, model: ProjectModel, path: string, text: MappedText): string | undefined {
  const source = text.remember(copiesIn).get(at);
  return source === undefined ? undefined : hostFile(model, path, source);
}

/** What is copied into containers, by the paths and the names that it may have there. */
function copiesIn(text: MappedText): ReadonlyMap<string, ShellWord> {
  const copies = new Map<string, ShellWord>();
  if (!/\bcp\b/.test(text.text)) return copies;
  for (const { words } of expandWords(runCommands(parseShell(text)), new Map<string, string>())) {
    const { name, argv } = unwrapCommand(words);
    if (!engines.test(name) || !argv.slice(1, 4).some(({ value }) => value === 'cp')) continue;
    const [source, target] = argv.slice(-2);
    const inside = /^[^/:]+:(\/.*)$/.exec(target?.value ?? '')?.[1];
    if (source === undefined || inside === undefined) continue;
    for (const at of [resolvePath('/', inside), resolvePath(inside, baseName(source.value))])
      copies.set(at, source).set(baseName(at), source);
  }
  return copies;
}

const engines = /^(?:docker|podman|nerdctl|docker-compose|podman-compose)$/;

/** A file of the host, by its path from the script's folder or from where people run scripts. */
function hostFile(model: ProjectModel, path: string, { value }: ShellWord): string | undefined {
  const tail = /^(?:\$\{?\w+\}?\/|\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\/)?([\w./-]+)$/.exec(value)?.[1];
  if (tail === undefined) return undefined;
  const folders = [parentFolder(path), model.root];
  return folders.map((folder) => resolvePath(folder, tail)).find((file) => model.readText(file) !== undefined);
}

/** The file at a path of one of the project's containers. */
function fileAt(model: ProjectModel, at: string): string | undefined {
  for (const image of model.images) {
    const file = image.files.find(image.stage, at);
    if (file !== undefined && file.path !== image.path) return file.path;
  }
  for (const service of model.services) {
    const file = new ContainerFiles(model, undefined, service).at(at);
    if (file !== undefined && file.path !== service.path) return file.path;
  }
  return undefined;
}

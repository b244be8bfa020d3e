import type { ComposeCommand } from '../../compose/ComposeFile.ts';
import { commandOf, type DockerCommand } from '../../dockerfile/commandOf.ts';
import type { Instruction } from '../../dockerfile/Instruction.ts';
import { finalState, startInstructions } from '../../dockerfile/stageStates.ts';
import { stageChain } from '../../dockerfile/stages.ts';
import type { RelatedLocation } from '../../lint/Problem.ts';
import { expandWords } from '../../shell/expandWords.ts';
import { parseShell } from '../../shell/parseShell.ts';
import { functionCommands, runCommands } from '../../shell/runCommands.ts';
import { ShellCommand } from '../../shell/ShellScript.ts';
import type { ShellWord } from '../../shell/ShellWord.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { MappedText } from '../../text/MappedText.ts';
import type { ContainerFile } from '../ImageFiles.ts';
import type { ProjectImage, ProjectModel, ProjectService } from '../ProjectModel.ts';
import { packageScript } from '../packageScript.ts';
import { parentFolder, resolvePath } from '../paths.ts';
import { ContainerFiles } from './ContainerFiles.ts';
import { makeRecipes } from './makeRecipes.ts';
import type { PlatformStart } from './platformStarts.ts';
import type { StartedScript, StartOrigin } from './StartedScript.ts';
import { inheritedInitScripts, s6Scripts, supervisorCommands } from './serviceManagers.ts';
import { writtenFile } from './writtenFile.ts';

/** What is known while commands are followed. */
interface Place {
  readonly origin: StartOrigin;
  readonly when: 'start' | 'healthcheck';
  readonly chain: readonly RelatedLocation[];
  readonly path: string;
  /** In the container. */
  readonly workdir: string;
  /** Folder of the script in the project, for paths relative to the script. */
  readonly scriptFolder: string | undefined;
  readonly depth: number;
}

interface Started {
  readonly origin: StartOrigin;
  readonly command: DockerCommand;
}

const maxDepth = 12;
/** Images that run nothing but their command. */
const withoutInit =
  /^(?:docker\.io\/)?(?:library\/)?(?:scratch|node|debian|ubuntu|alpine|python|golang|rust|ruby|php|buildpack-deps|busybox|eclipse-temurin|openjdk|fedora|rockylinux|almalinux|archlinux)(?:[:@]|$)/;
const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);
/** What runs a here-document as shell text. */
const takesText = new Set([...shells, 'su', 'runuser']);

/** Follows what one container runs, from ENTRYPOINT and CMD, or what compose sets instead, through the scripts that they lead to. */
export class StartWalker {
  readonly #image: ProjectImage | undefined;
  readonly #service: ProjectService | undefined;
  readonly #files: ContainerFiles;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #scripts: StartedScript[] = [];
  readonly #visited = new Set<string>();
  /** Functions of the files that `source` has read, by name. */
  readonly #sourced = new Map<string, ContainerFile>();
  /** Scripts that the container itself writes at start, by path. */
  readonly #written = new Map<string, ContainerFile>();

  /** `likely`: images that the service may run although it does not say so. */
  constructor(
    model: ProjectModel,
    image: ProjectImage | undefined,
    service: ProjectService | undefined,
    likely: readonly ProjectImage[] = [],
  ) {
    this.#image = image;
    this.#service = service;
    this.#files = new ContainerFiles(model, image, service, likely);
    this.#variables = variablesOf(image, service);
  }

  walk(): readonly StartedScript[] {
    const built = this.#image === undefined ? {} : startInstructions(this.#image.stage);
    const service = this.#service?.service;
    const workdir =
      service?.workingDir?.value ?? (this.#image === undefined ? '/' : finalState(this.#image.stage).workdir);
    const entrypoint =
      service?.entrypoint === undefined
        ? this.#ofInstruction(built.entrypoint)
        : this.#ofCompose(service.entrypoint, 'entrypoint');
    // A new entrypoint in compose drops the command of the image.
    const ownCmd = service?.entrypoint === undefined ? this.#ofInstruction(built.cmd) : undefined;
    const cmd =
      service?.command === undefined ? ownCmd : this.#ofCompose(service.command, 'command', entrypoint !== undefined);
    if (entrypoint === undefined) this.#inherited(workdir);
    this.#start(entrypoint, cmd, workdir, 'start');
    for (const hook of service?.postStart ?? []) {
      this.#start(undefined, this.#ofCompose(hook, 'post_start'), workdir, 'start');
    }
    const check =
      service?.healthcheck === undefined
        ? this.#ofInstruction(built.healthcheck)
        : this.#ofCompose(service.healthcheck, 'healthcheck');
    this.#start(undefined, check, workdir, 'healthcheck');
    return this.#scripts;
  }

  /** What a hosting platform runs instead of the image's CMD, or of its ENTRYPOINT too. */
  walkPlatform({ image, origin, command, replacesEntrypoint }: PlatformStart): readonly StartedScript[] {
    const entrypoint = replacesEntrypoint ? undefined : this.#ofInstruction(startInstructions(image.stage).entrypoint);
    this.#start(entrypoint, { origin, command }, finalState(image.stage).workdir, 'start');
    return this.#scripts;
  }

  /** What the entrypoint of the base image, which nobody here has written, is known to run. */
  #inherited(workdir: string): void {
    const origin = this.#base();
    if (origin === undefined) return;
    for (const file of inheritedInitScripts(this.#files)) {
      if (!isShellText(file, false)) continue;
      const chain = [{ path: origin.path, range: origin.range, message: `${origin.label} runs it` }];
      this.#script(file, { origin, when: 'start', chain, path: file.path, workdir, scriptFolder: undefined, depth: 0 });
    }
  }

  #base(): StartOrigin | undefined {
    const label = 'The entrypoint of the base image';
    const root = this.#image === undefined ? undefined : stageChain(this.#image.stage)[0];
    if (root !== undefined && withoutInit.test(root.base)) return undefined;
    if (this.#image !== undefined) return { path: this.#image.path, range: this.#image.stage.from.range, label };
    return this.#service === undefined
      ? undefined
      : { path: this.#service.path, range: this.#service.service.nameRange, label };
  }

  #ofInstruction(instruction: Instruction | undefined): Started | undefined {
    const command = instruction === undefined ? undefined : commandOf(instruction);
    if (instruction === undefined || command === undefined || this.#image === undefined) return undefined;
    return { origin: { path: this.#image.path, range: instruction.range, label: instruction.keyword }, command };
  }

  /** `isPassed`: an entrypoint gets the words as its arguments. */
  #ofCompose({ words, range, shellText }: ComposeCommand, key: string, isPassed = false): Started | undefined {
    if (this.#service === undefined || words.length === 0) return undefined;
    const label = `${key} of service "${this.#service.service.name}"`;
    const command: DockerCommand =
      shellText === undefined || isPassed
        ? { form: 'exec', argv: words, range }
        : { form: 'shell', text: shellText, range };
    return { origin: { path: this.#service.path, range, label }, command };
  }

  #start(entrypoint: Started | undefined, cmd: Started | undefined, workdir: string, when: Place['when']): void {
    const first = entrypoint ?? cmd;
    if (first === undefined) return;
    const place = ({ origin }: Started): Place => ({
      origin,
      when,
      chain: [],
      path: origin.path,
      workdir,
      scriptFolder: undefined,
      depth: 0,
    });
    if (first.command.form === 'shell') {
      this.#text(first.command.text, place(first));
      return;
    }
    const passed = first === entrypoint && cmd?.command.form === 'exec' ? cmd.command.argv : [];
    if (cmd !== undefined && isOnlyWrapper(first.command.argv, passed)) {
      this.#argv(passed, place(cmd), [], first.command.argv);
      return;
    }
    const runsArguments = this.#argv(first.command.argv, place(first), passed);
    // A script gets the command as its arguments and usually ends in `exec "$@"`; a wrapper such as tini has led to it already.
    if (cmd === undefined || first === cmd || runsArguments !== true) return;
    if (cmd.command.form === 'shell') this.#text(cmd.command.text, place(cmd));
    else this.#argv(cmd.command.argv, place(cmd));
  }

  /** What stands `before` it and what is `passed` to it may be in other files: they are no part of the command's range. */
  #argv(
    argv: readonly ShellWord[],
    place: Place,
    passed: readonly ShellWord[] = [],
    before: readonly ShellWord[] = [],
  ): boolean | undefined {
    const [first] = argv;
    const last = argv.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const command = new ShellCommand({
      words: [...before, ...argv, ...passed],
      assignments: [],
      redirects: [],
      range: { start: first.range.start, end: Math.max(first.range.end, last.range.end) },
      condition: undefined,
      pipeline: undefined,
      substitutionOf: undefined,
    });
    return this.#commands([command], undefined, place);
  }

  #text(text: MappedText, place: Place): void {
    this.#commands(runCommands(parseShell(text)), text, place);
  }

  /** Returns whether the arguments of the first program are run as a command too; `undefined` where that cannot be. */
  #commands(written: readonly ShellCommand[], text: MappedText | undefined, place: Place): boolean | undefined {
    const commands = expandWords(written, this.#variables);
    const { path, chain, when, origin } = place;
    this.#scripts.push({
      path,
      source: text,
      commands,
      chain,
      when,
      origin,
      image: this.#image,
      service: this.#service,
    });
    if (place.depth > maxDepth) return undefined;
    let runsArguments: boolean | undefined;
    let workdir = place.workdir;
    for (const command of commands) {
      const { name, argv } = unwrapCommand(command.words);
      const written = writtenFile(command, workdir);
      if (written !== undefined) this.#written.set(written.path, { path, text: written.text });
      if (name === 'cd' && argv[1]?.isStatic === true) workdir = resolvePath(workdir, argv[1].value);
      const followed = this.#command(command, { ...place, workdir, depth: place.depth + 1 });
      runsArguments ??= followed;
    }
    return runsArguments;
  }

  #command(command: ShellCommand, place: Place): boolean | undefined {
    const { name, argv, shellText, script } = unwrapCommand(command.words);
    if (shellText !== undefined) {
      this.#text(shellText, place);
      return undefined;
    }
    const input = takesText.has(name)
      ? command.redirects.find((redirect) => redirect.body !== undefined)?.body
      : undefined;
    if (input !== undefined) {
      this.#text(input, place);
      return undefined;
    }
    const scripts = packageScript(argv, name);
    if (scripts !== undefined) {
      const workdir = resolvePath(place.workdir, packageScript.folder(argv) ?? '.');
      this.#packageScripts(scripts, command, { ...place, workdir });
      return undefined;
    }
    if (name === 'concurrently') {
      for (const word of argv.slice(1)) this.#concurrent(word, command, place);
      return undefined;
    }
    if (name === 'make' || name === 'gmake') {
      const made = makeRecipes(argv, place.workdir, this.#files);
      for (const line of made?.lines ?? [])
        this.#file(line, command, { ...place, workdir: made?.workdir ?? place.workdir });
      return undefined;
    }
    if (name === 'supervisord') {
      for (const file of supervisorCommands(argv, place.workdir, this.#files)) this.#file(file, command, place);
      return undefined;
    }
    if (name === 'run-parts') {
      const folder = argv.findLast(({ value }) => !value.startsWith('-'))?.value ?? '';
      this.#eachFile(`${folder.replace(/\/+$/, '')}/*`, command, place, true);
      return undefined;
    }
    const program = script ?? argv[0];
    if (program === undefined) return undefined;
    if (/[*?][^/]*$/.test(program.value)) {
      this.#eachFile(program.value, command, place, script !== undefined);
      return undefined;
    }
    const library = script === undefined ? this.#sourced.get(program.value) : undefined;
    if (library !== undefined) {
      this.#sourcedFunction(program.value, library, command, place);
      return undefined;
    }
    const file =
      this.#writtenAt(program, place.workdir) ??
      this.#files.script(program, script !== undefined, place.workdir, place.scriptFolder);
    if (file !== undefined && (name === '.' || name === 'source')) this.#remember(file);
    if (file !== undefined)
      return isShellText(file, script !== undefined) ? this.#file(file, command, place) : undefined;
    if (program.value === '/init' || program.value === '/s6-init') {
      for (const started of s6Scripts(this.#files))
        if (isShellText(started, false)) this.#file(started, command, place);
      return true;
    }
    // `docker-entrypoint.sh` of the base image: not ours to read, but such scripts run their arguments.
    return /entry|init|\.sh$/i.test(program.value) ? true : undefined;
  }

  #writtenAt({ value, isStatic }: ShellWord, workdir: string): ContainerFile | undefined {
    return this.#written.size > 0 && isStatic ? this.#written.get(resolvePath(workdir, value)) : undefined;
  }

  /** The scripts that a loop runs one after the other. */
  #eachFile(pattern: string, command: ShellCommand, place: Place, saidShell: boolean): void {
    const isSourced = /^(?:\.|source)$/.test(command.words[0]?.value ?? '');
    for (const file of this.#files.matching(pattern, place.workdir, place.scriptFolder)) {
      if (!isShellText(file, saidShell)) continue;
      if (isSourced) this.#remember(file);
      this.#file(file, command, place);
    }
  }

  #remember(file: ContainerFile): void {
    for (const defined of parseShell(file.text).functions.keys()) this.#sourced.set(defined, file);
  }

  #file(file: ContainerFile, command: ShellCommand, place: Place): boolean {
    this.#script(file, { ...place, chain: chainTo(command, place) });
    return file.text.remember(usesArguments);
  }

  /** A function that stands in another file than its call. */
  #sourcedFunction(name: string, file: ContainerFile, call: ShellCommand, place: Place): void {
    const key = `${place.when}\n${file.path}\n${name}()`;
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    const { condition } = call;
    const commands = functionCommands(parseShell(file.text), name).map((command) =>
      condition !== undefined && command.condition === undefined ? command.with({ condition }) : command,
    );
    const chain = chainTo(call, place);
    this.#commands(commands, file.text, { ...place, chain, path: file.path, scriptFolder: parentFolder(file.path) });
  }

  #script(file: ContainerFile, place: Place): void {
    const key = `${place.when}\n${file.path}\n${file.text.sourceOffset(0)}`;
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    this.#text(file.text, { ...place, path: file.path, scriptFolder: parentFolder(file.path) });
  }

  /** One of the commands of https://github.com/open-cli-tools/concurrently. */
  #concurrent(word: ShellWord, command: ShellCommand, place: Place): void {
    const script = /^(?:npm|pnpm|yarn|bun):([\w:.-]+)$/.exec(word.value)?.[1];
    if (script !== undefined) this.#packageScripts([`pre${script}`, script, `post${script}`], command, place);
    else if (word.value.includes(' ')) this.#text(word.text, place);
  }

  #packageScripts(names: readonly string[], command: ShellCommand, place: Place): void {
    const file = this.#files.at(resolvePath(place.workdir, 'package.json'));
    if (file === undefined) return;
    for (const name of names) {
      const text = packageScript.find(file.text, name);
      if (text !== undefined) this.#file({ path: file.path, text }, command, place);
    }
  }
}

/** What the image sets, and what the service sets instead. */
function variablesOf(
  image: ProjectImage | undefined,
  service: ProjectService | undefined,
): ReadonlyMap<string, string> {
  const ofImage: ReadonlyMap<string, string> = image === undefined ? new Map() : finalState(image.stage).variables;
  const environment = service?.service.environment ?? [];
  if (environment.length === 0) return ofImage;
  const variables = new Map(ofImage);
  for (const { name, value } of environment)
    if (value !== undefined && !value.value.includes('$')) variables.set(name, value.value);
  return variables;
}

/** Whether these words run only what is passed to them: `tini --`, `gosu node`, `sh -c`. */
function isOnlyWrapper(argv: readonly ShellWord[], passed: readonly ShellWord[]): boolean {
  if (passed.length === 0 || unwrapCommand(argv).shellText !== undefined) return false;
  const run = unwrapCommand([...argv, ...passed]);
  if (run.shellText !== undefined) {
    const last = argv.at(-1)?.value ?? '';
    return /^-\w*c$/.test(last) || passed.some((word) => shells.has(word.value.slice(word.value.lastIndexOf('/') + 1)));
  }
  const program = run.script ?? run.argv[0];
  return program !== undefined && passed.includes(program);
}

function usesArguments({ text }: MappedText): boolean {
  return /\$(?:[@*1]|\{[@*1])/.test(text);
}

function chainTo(command: ShellCommand, { chain, origin, path }: Place): readonly RelatedLocation[] {
  const message = chain.length === 0 ? `${origin.label} runs it` : 'which runs';
  return [...chain, { path, range: command.range, message }];
}

function isShellText({ path, text }: ContainerFile, saidShell: boolean): boolean {
  const shebang = /^#!.*/.exec(text.text)?.[0];
  if (shebang !== undefined) return /\b(?:sh|bash|dash|ash|zsh|ksh|with-contenv|bashio)\b/.test(shebang);
  return saidShell || !/\.(?:m?js|ts|cjs|py|rb|pl|php)$/.test(path);
}

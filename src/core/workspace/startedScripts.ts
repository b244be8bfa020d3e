import { commandOf, type DockerCommand } from '../dockerfile/commandOf.ts';
import type { Instruction } from '../dockerfile/Instruction.ts';
import { finalState, startInstructions } from '../dockerfile/stageStates.ts';
import type { RelatedLocation } from '../lint/Problem.ts';
import { parseShell, type ShellCommand, type ShellScript, type ShellWord } from '../shell/parseShell.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { MappedText } from '../text/MappedText.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ContainerFile } from './ImageFiles.ts';
import type { ProjectImage, ProjectModel, ProjectService } from './ProjectModel.ts';
import { packageScript } from './packageScript.ts';
import { isWithin, parentFolder, resolvePath } from './paths.ts';

/** Commands that run, one after the other, when a container starts or is checked, and how they come to run. */
export interface StartedScript {
  readonly path: string;
  /** The shell text; `undefined` for the words of an exec form, which no shell sees. */
  readonly source: MappedText | undefined;
  /** Those of called functions included. */
  readonly commands: readonly ShellCommand[];
  /** Outermost first: ENTRYPOINT, then the scripts. Empty for commands that stand in the instruction itself. */
  readonly chain: readonly RelatedLocation[];
  readonly when: 'start' | 'healthcheck';
  /** Where the run began: a Dockerfile instruction or a compose key. */
  readonly origin: StartOrigin;
  readonly image: ProjectImage | undefined;
  readonly service: ProjectService | undefined;
}

export interface StartOrigin {
  readonly path: string;
  readonly range: TextRange;
  /** `ENTRYPOINT`, `CMD`, `HEALTHCHECK`, or `command of service "x"`. */
  readonly label: string;
}

/** Everything that the project's containers run at start, as far as the project's files say. */
export function startedScripts(model: ProjectModel): readonly StartedScript[] {
  const scripts: StartedScript[] = [];
  for (const image of model.images) {
    if (image.services.length === 0) new Walker(model, image, undefined, scripts).walk();
    for (const service of image.services) new Walker(model, image, service, scripts).walk();
  }
  const built = new Set(model.images.flatMap((image) => image.services));
  for (const service of model.services) {
    if (!built.has(service)) new Walker(model, undefined, service, scripts).walk();
  }
  return scripts;
}

interface Source {
  readonly origin: StartOrigin;
  readonly when: 'start' | 'healthcheck';
  readonly chain: readonly RelatedLocation[];
  readonly path: string;
  /** In the container. */
  readonly workdir: string;
  /** Folder of the script in the project, for paths relative to the script. */
  readonly scriptFolder: string | undefined;
}

const maxDepth = 12;

class Walker {
  readonly #model: ProjectModel;
  readonly #image: ProjectImage | undefined;
  readonly #service: ProjectService | undefined;
  readonly #scripts: StartedScript[];
  readonly #visited = new Set<string>();

  constructor(
    model: ProjectModel,
    image: ProjectImage | undefined,
    service: ProjectService | undefined,
    scripts: StartedScript[],
  ) {
    this.#model = model;
    this.#image = image;
    this.#service = service;
    this.#scripts = scripts;
  }

  walk(): void {
    const built = this.#image === undefined ? {} : startInstructions(this.#image.stage);
    const service = this.#service?.service;
    const workdir =
      service?.workingDir?.value ?? (this.#image === undefined ? '/' : finalState(this.#image.stage).workdir);
    const entrypoint =
      service?.entrypoint === undefined
        ? this.#ofInstruction(built.entrypoint)
        : this.#ofCompose(service.entrypoint.words, service.entrypoint.range, 'entrypoint');
    const cmd =
      service?.command !== undefined
        ? this.#ofCompose(service.command.words, service.command.range, 'command')
        : service?.entrypoint === undefined
          ? this.#ofInstruction(built.cmd)
          : undefined;
    this.#start(entrypoint, cmd, workdir);
    for (const hook of service?.postStart ?? []) {
      const started = this.#ofCompose(hook.words, hook.range, 'post_start');
      if (started !== undefined) this.#start(undefined, started, workdir);
    }
    const check =
      service?.healthcheck === undefined
        ? this.#ofInstruction(built.healthcheck)
        : this.#ofCompose(service.healthcheck.words, service.healthcheck.range, 'healthcheck');
    if (check !== undefined) this.#start(undefined, check, workdir, 'healthcheck');
  }

  #ofInstruction(instruction: Instruction | undefined): Started | undefined {
    const command = instruction === undefined ? undefined : commandOf(instruction);
    if (instruction === undefined || command === undefined || this.#image === undefined) return undefined;
    return { origin: { path: this.#image.path, range: instruction.range, label: instruction.keyword }, command };
  }

  #ofCompose(words: readonly ShellWord[], range: TextRange, key: string): Started | undefined {
    if (this.#service === undefined || words.length === 0) return undefined;
    const label = `${key} of service "${this.#service.service.name}"`;
    return { origin: { path: this.#service.path, range, label }, command: { form: 'exec', argv: words, range } };
  }

  #start(
    entrypoint: Started | undefined,
    cmd: Started | undefined,
    workdir: string,
    when: 'start' | 'healthcheck' = 'start',
  ): void {
    const first = entrypoint ?? cmd;
    if (first === undefined) return;
    const source = (started: Started): Source => ({
      origin: started.origin,
      when,
      chain: [],
      path: started.origin.path,
      workdir,
      scriptFolder: undefined,
    });
    if (first.command.form === 'shell') {
      this.#text(first.command.text, source(first), 0);
      return;
    }
    const passed = first === entrypoint && cmd !== undefined ? wordsOf(cmd.command) : [];
    const runsArguments = this.#argv([...first.command.argv, ...passed], source(first), 0);
    // A script gets the command as its arguments and usually ends in `exec "$@"`; a wrapper such as tini has led to it already.
    if (cmd === undefined || first === cmd || runsArguments !== true) return;
    if (cmd.command.form === 'shell') this.#text(cmd.command.text, source(cmd), 0);
    else this.#argv(cmd.command.argv, source(cmd), 0);
  }

  /** Returns whether the arguments of the program are run as a command too; `undefined` where that cannot be. */
  #argv(argv: readonly ShellWord[], source: Source, depth: number): boolean | undefined {
    const [first] = argv;
    const last = argv.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const command: ShellCommand = {
      words: argv,
      assignments: [],
      redirects: [],
      range: { start: first.range.start, end: Math.max(first.range.end, last.range.end) },
      condition: undefined,
      pipeline: undefined,
      substitutionOf: undefined,
    };
    return this.#commands([command], undefined, source, depth);
  }

  #text(text: MappedText, source: Source, depth: number): void {
    this.#script(parseShell(text), source, depth);
  }

  #script(script: ShellScript, source: Source, depth: number): void {
    this.#commands(withFunctions(script), script.source, source, depth);
  }

  #commands(
    commands: readonly ShellCommand[],
    text: MappedText | undefined,
    source: Source,
    depth: number,
  ): boolean | undefined {
    this.#scripts.push({
      path: source.path,
      source: text,
      commands,
      chain: source.chain,
      when: source.when,
      origin: source.origin,
      image: this.#image,
      service: this.#service,
    });
    if (depth > maxDepth) return undefined;
    let followed: boolean | undefined;
    let workdir = source.workdir;
    for (const command of commands) {
      const unwrapped = unwrapCommand(command.words);
      const here: Source = { ...source, workdir };
      if (unwrapped.name === 'cd' && unwrapped.argv[1]?.isStatic === true)
        workdir = resolvePath(workdir, unwrapped.argv[1].value);
      if (unwrapped.shellText !== undefined) {
        this.#text(unwrapped.shellText, here, depth + 1);
        continue;
      }
      const shellInput = isShell(unwrapped.name)
        ? command.redirects.find((redirect) => redirect.body !== undefined)?.body
        : undefined;
      if (shellInput !== undefined) {
        this.#text(shellInput, here, depth + 1);
        continue;
      }
      const scripts = packageScript(unwrapped.argv, unwrapped.name);
      if (scripts !== undefined) {
        this.#packageScripts(scripts, command, here, depth);
        continue;
      }
      const program = unwrapped.script ?? unwrapped.argv[0];
      if (program === undefined) continue;
      const file = this.#scriptFile(program, unwrapped.script !== undefined, here);
      if (file === undefined) {
        // `docker-entrypoint.sh` of the base image: not ours to read, but such scripts run their arguments.
        if (/entry|init|\.sh$/i.test(program.value)) followed ??= true;
        continue;
      }
      if (!isShellText(file, unwrapped.script !== undefined)) continue;
      const runsArguments = this.#file(file, command, here, depth);
      followed ??= runsArguments;
    }
    return followed;
  }

  #file(file: ContainerFile, command: ShellCommand, source: Source, depth: number): boolean {
    const script = parseShell(file.text);
    const runsArguments = /\$(?:[@*1]|\{[@*1])/.test(file.text.text);
    const key = `${source.when}\n${file.path}\n${file.text.sourceOffset(0)}`;
    if (this.#visited.has(key)) return runsArguments;
    this.#visited.add(key);
    this.#script(
      script,
      { ...source, path: file.path, chain: this.#chainTo(command, source), scriptFolder: parentFolder(file.path) },
      depth + 1,
    );
    return runsArguments;
  }

  #chainTo(command: ShellCommand, source: Source): readonly RelatedLocation[] {
    const message = source.chain.length === 0 ? `${source.origin.label} runs it` : 'which runs';
    return [...source.chain, { path: source.path, range: command.range, message }];
  }

  #packageScripts(names: readonly string[], command: ShellCommand, source: Source, depth: number): void {
    const file = this.#containerFile(resolvePath(source.workdir, 'package.json'));
    if (file === undefined) return;
    for (const name of names) {
      const script = packageScript.find(file.text, name);
      const key = `${file.path}#${name}`;
      if (script === undefined || this.#visited.has(key)) continue;
      this.#visited.add(key);
      const chain = this.#chainTo(command, source);
      this.#text(script, { ...source, path: file.path, chain, scriptFolder: parentFolder(file.path) }, depth + 1);
    }
  }

  #scriptFile(word: ShellWord, isScript: boolean, source: Source): ContainerFile | undefined {
    const { value } = word;
    if (!word.isStatic) return this.#besideScript(value, source);
    if (value.includes('/'))
      return this.#containerFile(resolvePath(source.workdir, value)) ?? this.#besideScript(value, source);
    if (isScript) {
      const here = this.#containerFile(resolvePath(source.workdir, value));
      if (here !== undefined) return here;
    }
    if (!looksLikeScript(value)) return undefined;
    for (const folder of searchPath) {
      const file = this.#containerFile(`${folder}/${value}`);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** `"$(dirname "$0")/lib.sh"`, `"$SCRIPT_DIR/lib.sh"`: people name the folder of the script in many ways. */
  #besideScript(value: string, source: Source): ContainerFile | undefined {
    if (source.scriptFolder === undefined) return undefined;
    const tail = /^(?:\$\{?\w+\}?|\$\([^)]*\)|\$\{[^}]*\}|`[^`]*`|\.)\/([\w./-]+)$/.exec(value)?.[1];
    if (tail === undefined) return undefined;
    const path = resolvePath(source.scriptFolder, tail);
    const text = this.#model.readText(path);
    return text === undefined ? undefined : { path, text };
  }

  #containerFile(path: string): ContainerFile | undefined {
    return this.#mounted(path) ?? this.#image?.files.find(this.#image.stage, path);
  }

  #mounted(path: string): ContainerFile | undefined {
    if (this.#service === undefined) return undefined;
    for (const mount of this.#service.service.mounts) {
      if (mount.kind !== 'bind' || mount.target === '' || !isWithin(mount.target.replace(/\/$/, ''), path)) continue;
      const hostPath = this.#model.hostPath(this.#service, mount.source);
      const file = resolvePath('/', hostPath + path.slice(mount.target.replace(/\/$/, '').length));
      const text = this.#model.readText(file);
      if (text !== undefined) return { path: file, text };
    }
    return undefined;
  }
}

interface Started {
  readonly origin: StartOrigin;
  readonly command: DockerCommand;
}

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const shellNames = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);

function isShell(name: string): boolean {
  return shellNames.has(name);
}

function wordsOf(command: DockerCommand): readonly ShellWord[] {
  return command.form === 'exec' ? command.argv : [];
}

function looksLikeScript(name: string): boolean {
  return /(?:\.(?:sh|bash)$|entry|start|run|init|boot|launch|setup|install|deploy|gateway)/i.test(name);
}

function isShellText(file: ContainerFile, saidShell: boolean): boolean {
  const shebang = /^#!.*/.exec(file.text.text)?.[0];
  if (shebang !== undefined) return /\b(?:sh|bash|dash|ash|zsh|ksh|with-contenv|bashio)\b/.test(shebang);
  return saidShell || !/\.(?:m?js|ts|cjs|py|rb|pl|php)$/.test(file.path);
}

/** The commands that run: those of a called function stand after the call. */
function withFunctions(script: ShellScript): readonly ShellCommand[] {
  if (script.functions.size === 0) return script.commands;
  const called = new Set<string>();
  const result: ShellCommand[] = [];
  const add = (commands: readonly ShellCommand[], condition: string | undefined): void => {
    for (const command of commands) {
      result.push(condition !== undefined && command.condition === undefined ? { ...command, condition } : command);
      for (const word of [command.words[0], ...callers(command)]) {
        const name = word?.value ?? '';
        const body = script.functions.get(name);
        if (body === undefined || called.has(name)) continue;
        called.add(name);
        add(body, command.condition ?? condition);
      }
    }
  };
  add(script.commands, undefined);
  return result;
}

/** `trap cleanup EXIT` and `time run` call a function too. */
function callers(command: ShellCommand): readonly ShellWord[] {
  const name = command.words[0]?.value;
  return name === 'trap' || name === 'time' || name === '!' ? command.words.slice(1, 2) : [];
}

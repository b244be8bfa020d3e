import { commandOf } from '../dockerfile/commandOf.ts';
import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type StageState, stageStates } from '../dockerfile/stageStates.ts';
import { type Stage, stagesOf } from '../dockerfile/stages.ts';
import { expandWords } from '../shell/expandWords.ts';
import { parseShell } from '../shell/parseShell.ts';
import { runCommands } from '../shell/runCommands.ts';
import type { ShellCommand, ShellScript } from '../shell/ShellScript.ts';
import { type ShellOptions, shellOptions } from '../shell/shellOptions.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { MappedText } from '../text/MappedText.ts';
import { Remembering } from '../text/Remembering.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';

/** Shell text that a RUN runs: the instruction's own, or that of a `sh -c` in it. The same object as long as nothing in it changes. */
export class RunText extends Remembering {
  readonly script: ShellScript;
  /** Those of called functions included, with the variables of the stage put in. */
  readonly commands: readonly ShellCommand[];
  readonly options: ShellOptions;

  constructor(script: ShellScript, commands: readonly ShellCommand[], options: ShellOptions) {
    super();
    this.script = script;
    this.commands = commands;
    this.options = options;
  }
}

/**
 * A text with its place in a Dockerfile. The same object as long as nothing changes in its stage and those below it, so what is
 * remembered of it may depend on them, not on the rest of the file.
 */
export class StageScript extends Remembering {
  readonly stage: Stage;
  readonly instruction: Instruction;
  /** Before the instruction. */
  readonly state: StageState;
  /** What is remembered of it outlives edits elsewhere in the stage. */
  readonly text: RunText;

  constructor({ stage, instruction, state, text }: Pick<StageScript, 'stage' | 'instruction' | 'state' | 'text'>) {
    super();
    this.stage = stage;
    this.instruction = instruction;
    this.state = state;
    this.text = text;
  }

  get dockerfile(): Dockerfile {
    return this.stage.dockerfile;
  }

  get script(): ShellScript {
    return this.text.script;
  }

  get commands(): readonly ShellCommand[] {
    return this.text.commands;
  }

  get options(): ShellOptions {
    return this.text.options;
  }
}

/** A text with its place in the project. */
export class RunScript extends StageScript {
  readonly path: string;

  constructor(placed: StageScript, path: string) {
    super(placed);
    this.path = path;
  }
}

/** Everything that the Dockerfiles of the project run at build time. */
export function runScripts(model: ProjectModel): readonly RunScript[] {
  return model.remember(allScripts);
}

function allScripts(model: ProjectModel): readonly RunScript[] {
  return model.dockerfiles.flatMap(({ path, dockerfile }) =>
    stagesOf(dockerfile).flatMap((stage) => scriptsAt(stage, path)),
  );
}

/** A stage is one of a single file, so there is one path to remember. */
function scriptsAt(stage: Stage, path: string): readonly RunScript[] {
  const known = stage.remember(nowhere);
  if (known.path !== path) {
    known.path = path;
    known.scripts = stage.remember(scriptsOfStage).map((placed) => new RunScript(placed, path));
  }
  return known.scripts;
}

function nowhere(): { path: string | undefined; scripts: readonly RunScript[] } {
  return { path: undefined, scripts: [] };
}

/** What one Dockerfile runs at build time. */
export function runScriptsOf(dockerfile: Dockerfile): readonly StageScript[] {
  return dockerfile.remember(findScripts);
}

function findScripts(dockerfile: Dockerfile): readonly StageScript[] {
  return stagesOf(dockerfile).flatMap((stage) => stage.remember(scriptsOfStage));
}

function scriptsOfStage(stage: Stage): readonly StageScript[] {
  const scripts: StageScript[] = [];
  const states = stageStates(stage);
  for (const [index, instruction] of stage.instructions.entries()) {
    const state = states[index];
    if (instruction.keyword !== 'RUN' || state === undefined) continue;
    for (const text of textsOf(instruction, state)) scripts.push(new StageScript({ stage, instruction, state, text }));
  }
  return scripts;
}

/** What an instruction runs, and what of the state before it that depends on. */
interface KnownTexts {
  texts: readonly RunText[];
  shell: readonly string[] | undefined;
  variables: ReadonlyMap<string, string | undefined>;
}

/** What a RUN runs. An edit elsewhere in the file leaves an instruction as it is, and mostly the state before it too. */
export function textsOf(instruction: Instruction, state: StageState): readonly RunText[] {
  const known = instruction.remember(nothingKnown);
  if (known.shell === undefined || !isSame(known.shell, state.shell)) return readTexts(instruction, state, known);
  for (const [name, value] of known.variables)
    if (state.variables.get(name) !== value) return readTexts(instruction, state, known);
  return known.texts;
}

function nothingKnown(): KnownTexts {
  return { texts: [], shell: undefined, variables: new Map() };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((word, index) => word === other[index]));
}

function readTexts(instruction: Instruction, state: StageState, known: KnownTexts): readonly RunText[] {
  const variables = new Map<string, string | undefined>();
  const asked = {
    get: (name: string): string | undefined => {
      const value = state.variables.get(name);
      variables.set(name, value);
      return value;
    },
  };
  known.shell = state.shell;
  known.variables = variables;
  known.texts = runTexts(instruction, state.shell, asked);
  return known.texts;
}

function runTexts(
  instruction: Instruction,
  shell: readonly string[],
  variables: Pick<ReadonlyMap<string, string>, 'get'>,
): readonly RunText[] {
  const command = commandOf(instruction);
  if (command === undefined) return [];
  const texts: RunText[] = [];
  const add = (text: MappedText, options: ShellOptions, depth: number): void => {
    const script = parseShell(text);
    const commands = expandWords(runCommands(script), variables);
    texts.push(new RunText(script, commands, options));
    if (depth >= maxDepth) return;
    for (const { words } of commands) {
      const { argv, shellText } = unwrapCommand(words);
      if (shellText !== undefined) add(shellText, shellOptions(argv.slice(1).map((word) => word.value)), depth + 1);
    }
  };
  if (command.form === 'shell') {
    add(command.text, shellOptions(shell.slice(1)), 0);
  } else {
    const { argv, shellText } = unwrapCommand(command.argv);
    if (shellText !== undefined) add(shellText, shellOptions(argv.slice(1).map((word) => word.value)), 1);
  }
  return texts;
}

const maxDepth = 4;

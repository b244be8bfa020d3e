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
 * A RUN of a Dockerfile. Its text is parsed when somebody asks for what it runs. The same object as long as it runs the same, so what is
 * remembered of it depends on that alone: not on its stage, nor on anything else of the file.
 */
export class RunInstruction extends Remembering {
  readonly instruction: Instruction;
  #stage: Stage;
  #state: StageState;
  #index: number;

  constructor(stage: Stage, instruction: Instruction, state: StageState, index: number) {
    super();
    this.instruction = instruction;
    this.#stage = stage;
    this.#state = state;
    this.#index = index;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Before the instruction. */
  get state(): StageState {
    return this.#state;
  }

  /** Among the RUNs of the stage. */
  get index(): number {
    return this.#index;
  }

  get dockerfile(): Dockerfile {
    return this.#stage.dockerfile;
  }

  /** It stands in another stage, or elsewhere in it: `false` where it runs something else there. */
  moveTo(stage: Stage, state: StageState, index: number): boolean {
    if (this.knows(textsOfRun) && textsOf(this.instruction, state) !== this.texts) return false;
    this.#stage = stage;
    this.#state = state;
    this.#index = index;
    return true;
  }

  get texts(): readonly RunText[] {
    return this.remember(textsOfRun);
  }

  get scripts(): readonly StageScript[] {
    return this.remember(scriptsOf);
  }

  /** The Dockerfile has one path: one is remembered. */
  scriptsAt(path: string): readonly RunScript[] {
    return this.rememberFor(path, scriptsAt);
  }
}

function textsOfRun({ instruction, state }: RunInstruction): readonly RunText[] {
  return textsOf(instruction, state);
}

function scriptsOf(run: RunInstruction): readonly StageScript[] {
  return run.texts.map((text) => new StageScript(run, text));
}

function scriptsAt(run: RunInstruction, path: string): readonly RunScript[] {
  return run.texts.map((text) => new RunScript(run, text, path));
}

/** A text with its place in a Dockerfile; the same object as long as its RUN is. */
export class StageScript extends Remembering {
  readonly run: RunInstruction;
  readonly text: RunText;

  constructor(run: RunInstruction, text: RunText) {
    super();
    this.run = run;
    this.text = text;
  }

  get dockerfile(): Dockerfile {
    return this.run.dockerfile;
  }

  get stage(): Stage {
    return this.run.stage;
  }

  get instruction(): Instruction {
    return this.run.instruction;
  }

  /** Before the instruction. */
  get state(): StageState {
    return this.run.state;
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

  constructor(run: RunInstruction, text: RunText, path: string) {
    super(run, text);
    this.path = path;
  }
}

/** Everything that one Dockerfile runs at build time. */
export function runScriptsOf(dockerfile: Dockerfile): readonly StageScript[] {
  return dockerfile.remember(findScripts);
}

function findScripts(dockerfile: Dockerfile): readonly StageScript[] {
  return runInstructions(dockerfile).flatMap((run) => run.scripts);
}

/** The RUNs of all stages, in order. */
export function runInstructions(dockerfile: Dockerfile): readonly RunInstruction[] {
  return dockerfile.remember(findRuns);
}

function findRuns(dockerfile: Dockerfile): readonly RunInstruction[] {
  return stagesOf(dockerfile).flatMap(runsOfStage);
}

export function runsOfStage(stage: Stage): readonly RunInstruction[] {
  return stage.remember(findRunsOfStage);
}

function findRunsOfStage(stage: Stage): readonly RunInstruction[] {
  const runs: RunInstruction[] = [];
  const states = stageStates(stage);
  for (const [index, instruction] of stage.instructions.entries()) {
    const state = states[index];
    if (instruction.keyword !== 'RUN' || state === undefined) continue;
    const known = instruction.remember(noRunYet);
    if (known.run?.moveTo(stage, state, runs.length) !== true)
      known.run = new RunInstruction(stage, instruction, state, runs.length);
    runs.push(known.run);
  }
  return runs;
}

/** What an instruction is as a RUN: when something else in its stage changes there is a new stage, and mostly the same RUN in it. */
function noRunYet(): { run?: RunInstruction } {
  return {};
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

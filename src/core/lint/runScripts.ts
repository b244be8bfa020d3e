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
import type { ProjectModel } from '../workspace/ProjectModel.ts';

/** Shell text that a RUN runs: the instruction's own, or that of a `sh -c` in it. */
export interface RunScript {
  readonly path: string;
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
  readonly instruction: Instruction;
  /** Before the instruction. */
  readonly state: StageState;
  readonly script: ShellScript;
  /** Those of called functions included, with the variables of the stage put in. */
  readonly commands: readonly ShellCommand[];
  readonly options: ShellOptions;
}

/** Everything that the Dockerfiles of the project run at build time. */
export function runScripts(model: ProjectModel): readonly RunScript[] {
  return model.remember(allScripts);
}

function allScripts(model: ProjectModel): readonly RunScript[] {
  return model.dockerfiles.flatMap(({ path, dockerfile }) =>
    runScriptsOf(dockerfile).map((script) => ({ ...script, path })),
  );
}

/** What one Dockerfile runs at build time. */
export function runScriptsOf(dockerfile: Dockerfile): readonly Omit<RunScript, 'path'>[] {
  return dockerfile.remember(findScripts);
}

function findScripts(dockerfile: Dockerfile): readonly Omit<RunScript, 'path'>[] {
  return stagesOf(dockerfile).flatMap((stage) => scriptsOfStage(dockerfile, stage));
}

function scriptsOfStage(dockerfile: Dockerfile, stage: Stage): readonly Omit<RunScript, 'path'>[] {
  const scripts: Omit<RunScript, 'path'>[] = [];
  const states = stageStates(stage);
  stage.instructions.forEach((instruction, index) => {
    const state = states[index];
    if (instruction.keyword !== 'RUN' || state === undefined) return;
    const command = commandOf(instruction);
    if (command === undefined) return;
    const add = (text: MappedText, options: ShellOptions, depth: number): void => {
      const script = parseShell(text);
      const commands = expandWords(runCommands(script), state.variables);
      scripts.push({ dockerfile, stage, instruction, state, script, commands, options });
      if (depth >= maxDepth) return;
      for (const { words } of commands) {
        const { argv, shellText } = unwrapCommand(words);
        if (shellText !== undefined) add(shellText, shellOptions(argv.slice(1).map((word) => word.value)), depth + 1);
      }
    };
    if (command.form === 'shell') {
      add(command.text, shellOptions(state.shell.slice(1)), 0);
    } else {
      const { argv, shellText } = unwrapCommand(command.argv);
      if (shellText !== undefined) add(shellText, shellOptions(argv.slice(1).map((word) => word.value)), 1);
    }
  });
  return scripts;
}

const maxDepth = 4;

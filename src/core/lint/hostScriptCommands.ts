import { expandWords } from '../shell/expandWords.ts';
import { parseShell } from '../shell/parseShell.ts';
import { runCommands } from '../shell/runCommands.ts';
import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { startedScripts } from '../workspace/start/startedScripts.ts';

/** A shell script of the project that no container runs at start: people run it on the host. */
export interface HostScript {
  readonly path: string;
  readonly text: string;
  readonly commands: readonly ShellCommand[];
}

/** The project's scripts for the host, constants of the script put into the commands. */
export function hostScriptCommands(project: ProjectModel): readonly HostScript[] {
  const inContainers = new Set(startedScripts(project).map(({ path }) => path));
  const scripts: HostScript[] = [];
  for (const path of project.paths) {
    if (!/\.(?:sh|bash)$/i.test(path) || inContainers.has(path)) continue;
    const text = project.readText(path);
    if (text === undefined) continue;
    scripts.push({ path, text: text.text, commands: expandWords(runCommands(parseShell(text)), new Map()) });
  }
  return scripts;
}

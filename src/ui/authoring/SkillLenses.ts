import * as vscode from 'vscode';
import type { SkillBinary } from '../../core/binaries/skillBinaries.ts';
import { LineIndex } from '../../core/text/LineIndex.ts';
import { isSkillPath } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { commandIds } from '../commands/commandIds.ts';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';
import { openCommand } from '../skills/openCommand.ts';

/** Above the line of a SKILL.md that asks for a binary: where the image has it, or what to do. */
export class SkillLenses implements vscode.CodeLensProvider {
  readonly #lint: WorkspaceLint;

  constructor(lint: WorkspaceLint) {
    this.#lint = lint;
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const path = this.#lint.pathOf(document);
    if (path === undefined || !isSkillPath(path)) return [];
    const project = await this.#lint.projectOf(document);
    if (project === undefined) return [];
    const { skillBinaries } = await import('#checks');
    const lines = new LineIndex(document.getText());
    const own = skillBinaries(project).find((skill) => skill.path === path);
    return (own?.binaries ?? []).flatMap((binary) => {
      const command = commandFor(binary, project, document.uri);
      const { line } = lines.positionAt(binary.range.start);
      return command === undefined ? [] : [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)];
    });
  }
}

function commandFor({ name, state }: SkillBinary, project: ProjectFiles, near: vscode.Uri): vscode.Command | undefined {
  switch (state.kind) {
    case 'inImage':
    case 'atStart': {
      const uri = near.with({ path: state.path });
      const { line } = new LineIndex(project.texts.get(state.path) ?? '').positionAt(state.range.start);
      const where = `${state.path.slice(state.path.lastIndexOf('/') + 1)}:${line + 1}`;
      const how = state.kind === 'inImage' ? 'in image' : 'installed at each start';
      return openCommand(`${name}: ${how}, ${where}`, uri, line);
    }
    case 'inBase':
      return { command: '', title: `${name}: in the base image` };
    case 'missing':
      return state.dockerfile === undefined
        ? { command: '', title: `${name}: missing` }
        : {
            command: commandIds.bakeSkillBinary,
            title: `${name}: missing: bake it in`,
            arguments: [{ dockerfile: near.with({ path: state.dockerfile }), name }],
          };
    case 'noLinuxBuild':
      return { command: '', title: `${name}: no Linux build`, tooltip: state.reason };
    case 'unknown':
      return undefined;
  }
}

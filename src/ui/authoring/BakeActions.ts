import * as vscode from 'vscode';
import { LineIndex } from '../../core/text/LineIndex.ts';
import { isBinariesPath, isDockerfilePath, isSkillPath } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import type { WorkspaceLint } from '../lint/WorkspaceLint.ts';
import { bakeKind } from './kinds.ts';

/** "Add gog to the image", where somebody asks for actions in a Dockerfile, or on a binary's name in a SKILL.md. */
export class BakeActions {
  readonly #lint: WorkspaceLint;

  constructor(lint: WorkspaceLint) {
    this.#lint = lint;
  }

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const own = this.#lint.pathOf(document);
    if (own === undefined || !(isDockerfilePath(own) || isSkillPath(own))) return [];
    const project = await this.#lint.projectOf(document);
    if (project === undefined) return [];
    const isDockerfile = isDockerfilePath(own);
    const { expectedBinaries } = await import('#checks');
    const source = isDockerfile ? project : onlyFile(project, own);
    const names = expectedBinaries(source)
      .filter(({ name, why }) => why === 'skill' && (isDockerfile || namedInLine(document, range, name)))
      .map(({ name }) => name);
    const dockerfiles = isDockerfile ? [own] : [...project.texts.keys()].filter(isDockerfilePath);
    const actions = dockerfiles.flatMap((path) => names.map((name) => this.#action(document.uri, project, path, name)));
    return (await Promise.all(actions)).filter((action) => action !== undefined);
  }

  async #action(
    near: vscode.Uri,
    project: ProjectFiles,
    path: string,
    binaryName: string,
  ): Promise<vscode.CodeAction | undefined> {
    const { bakeIntoProject } = await import('#checks');
    const text = project.texts.get(path) ?? '';
    const result = bakeIntoProject(project, path, binaryName);
    if (!result.ok || result.alreadyBaked) return undefined;
    const uri = near.with({ path });
    const where = path === near.path ? 'the image' : `the image of ${vscode.workspace.asRelativePath(uri)}`;
    const action = new vscode.CodeAction(`Add ${binaryName} to ${where}`, bakeKind);
    const lines = new LineIndex(text);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.set(
      uri,
      result.edits.map(({ range, newText }) => {
        const start = lines.positionAt(range.start);
        const end = lines.positionAt(range.end);
        return new vscode.TextEdit(new vscode.Range(start.line, start.column, end.line, end.column), newText);
      }),
    );
    return action;
  }
}

function onlyFile(project: ProjectFiles, path: string): ProjectFiles {
  return {
    ...project,
    texts: new Map([...project.texts].filter(([other]) => other === path || isBinariesPath(other))),
  };
}

function namedInLine(document: vscode.TextDocument, range: vscode.Range, name: string): boolean {
  return document.lineAt(range.start.line).text.includes(name);
}

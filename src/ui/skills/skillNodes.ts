import * as vscode from 'vscode';
import type { SkillBinaries, SkillBinary } from '../../core/binaries/skillBinaries.ts';
import { LineIndex } from '../../core/text/LineIndex.ts';
import { type WorkspaceProject, workspaceProjects } from '../commands/workspaceProjects.ts';
import type { FolderProject, WorkspaceLint } from '../lint/WorkspaceLint.ts';
import { openCommand } from './openCommand.ts';
import type { RunningBinaries, RunningBinary } from './RunningBinaries.ts';
import type { SkillNode } from './SkillsTree.ts';

/** The matrix: each skill of the workspace, below it each of its binaries, in the Dockerfile and in the running gateway. */
export async function skillNodes(lint: WorkspaceLint, running: RunningBinaries): Promise<SkillNode[]> {
  const [projects, composeProjects, { skillBinaries }] = await Promise.all([
    lint.projects(),
    workspaceProjects(lint),
    import('#checks'),
  ]);
  return projects.flatMap((project) =>
    skillBinaries(project.files).map((skill) => {
      const own = composeProjectOf(composeProjects, project, skill.path);
      const find = (name: string) => (own === undefined ? undefined : running.find(own.composeProject, name));
      return skillNode(project, skill, find);
    }),
  );
}

/** The innermost compose project whose folder holds the skill. */
function composeProjectOf(
  projects: readonly WorkspaceProject[],
  { folder }: FolderProject,
  path: string,
): WorkspaceProject | undefined {
  return projects
    .filter((project) => project.folder.scheme === folder.scheme && path.startsWith(`${project.folder.path}/`))
    .toSorted((a, b) => b.folder.path.length - a.folder.path.length)[0];
}

type Find = (name: string) => RunningBinary | undefined;

function skillNode(project: FolderProject, { skill, path, binaries }: SkillBinaries, find: Find): SkillNode {
  const uri = project.folder.with({ path });
  const isSatisfied = ({ state, isAlternative }: SkillBinary): boolean =>
    state.kind === 'inImage' || state.kind === 'inBase' || (isAlternative && binaries.some(isPresent));
  const ready = binaries.filter(isSatisfied).length;
  const item = new vscode.TreeItem(skill, vscode.TreeItemCollapsibleState.Expanded);
  item.id = uri.toString();
  item.description = `${ready} of ${binaries.length} in the image`;
  item.iconPath =
    ready === binaries.length ? icon('pass', 'testing.iconPassed') : icon('warning', 'list.warningForeground');
  item.tooltip = vscode.workspace.asRelativePath(uri);
  item.contextValue = 'skill';
  item.command = openCommand('Open Skill', uri, 0);
  return { item, children: binaries.map((binary) => binaryNode(project, uri, binary, find(binary.name))) };
}

function isPresent({ state }: SkillBinary): boolean {
  return state.kind === 'inImage' || state.kind === 'inBase';
}

function binaryNode(
  project: FolderProject,
  skill: vscode.Uri,
  { name, range, state }: SkillBinary,
  running: RunningBinary | undefined,
): SkillNode {
  const item = new vscode.TreeItem(name);
  item.id = `${skill.toString()}#${name}`;
  item.contextValue = 'skillBinary';
  const lineOf = (path: string, offset: number) =>
    new LineIndex(project.files.texts.get(path) ?? '').positionAt(offset).line;
  item.command = openCommand('Open Skill', skill, lineOf(skill.path, range.start));
  const inContainer = running === undefined ? 'not verified' : runningText(running);
  let inImage: string;
  switch (state.kind) {
    case 'inImage': {
      const uri = project.folder.with({ path: state.path });
      const line = lineOf(state.path, state.range.start);
      inImage = `${vscode.workspace.asRelativePath(uri)}:${line + 1}`;
      item.iconPath = icon('pass', 'testing.iconPassed');
      item.command = openCommand('Open Dockerfile', uri, line);
      break;
    }
    case 'inBase':
      inImage = 'in the base image';
      item.iconPath = icon('pass', 'testing.iconPassed');
      break;
    case 'atStart': {
      const uri = project.folder.with({ path: state.path });
      const line = lineOf(state.path, state.range.start);
      inImage = `at each start, ${vscode.workspace.asRelativePath(uri)}:${line + 1}`;
      item.iconPath = icon('warning', 'list.warningForeground');
      item.command = openCommand('Open Script', uri, line);
      break;
    }
    case 'missing':
      inImage = 'missing';
      item.iconPath = icon('warning', 'list.warningForeground');
      break;
    case 'noLinuxBuild':
      inImage = 'no Linux build';
      item.iconPath = icon('circle-slash');
      break;
    case 'unknown':
      inImage = 'not known';
      item.iconPath = icon('question');
      break;
  }
  item.description = `${inImage} · ${inContainer}`;
  const why = state.kind === 'noLinuxBuild' ? `: ${state.reason}` : '';
  item.tooltip = [`Image: ${inImage}${why}`, `Running gateway: ${running?.explanation ?? inContainer}`].join('\n');
  if (!('dockerfile' in state) || state.dockerfile === undefined) return { item, children: [] };
  item.contextValue = 'skillBinary.missing';
  return { item, children: [], bake: { dockerfile: project.folder.with({ path: state.dockerfile }), name } };
}

function runningText({ state, version, machineName }: RunningBinary): string {
  if (state === 'present') return `running on ${machineName}${version === undefined ? '' : `: ${version}`}`;
  return `${state === 'missing' ? 'not' : state} in the gateway on ${machineName}`;
}

function icon(id: string, color?: string): vscode.ThemeIcon {
  return color === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
}

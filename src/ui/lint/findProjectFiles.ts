import * as vscode from 'vscode';
import { isProjectFile } from '../../core/workspace/isProjectFile.ts';

/** Wider than {@link isProjectFile}, which decides; it spares the search most files of a large workspace. */
const likelyProjectFiles =
  '**/{*[dD]ocker*,DOCKERFILE*,*[cC]ontainerfile*,*[cC]ompose*,stack*.y*ml,local.y*ml,staging.y*ml,production.y*ml,.env*,*.env,*.sh,*.bash,*entrypoint*,SKILL.md,skill.md,package.json,fly.*toml,railway.*,render.y*ml,openclaw.json,openclaw-vm.binaries.json,*[sS]upervisor*,[pP]rocfile,[mM]akefile,[jJ]ustfile,[tT]askfile.y*ml,tasks.json,run,up,finish,*.d/*,script/*,scripts/*}';
const skippedFolders = '**/{node_modules,.git,.venv,dist,out}/**';
/** A virtual file system may be slow, and has no index to ask. */
const maxListedFolders = 500;

/** The files below a folder that may be of interest, most of them {@link isProjectFile}s. */
export async function findProjectFiles(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  // In a file system that cannot be searched VS Code waits for a search that never comes; but every one can be listed.
  if (folder.scheme !== 'file' && folder.scheme !== 'vscode-remote') return listFiles(folder);
  return vscode.workspace.findFiles(new vscode.RelativePattern(folder, likelyProjectFiles), skippedFolders, undefined);
}

export function isSkipped(path: string): boolean {
  return /\/(?:node_modules|\.git|\.venv|dist|out)(?:\/|$)/.test(path);
}

async function listFiles(root: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const files: vscode.Uri[] = [];
  const folders = [root];
  for (let index = 0; index < folders.length && index < maxListedFolders; index++) {
    const folder = folders[index];
    if (folder === undefined) break;
    for (const [name, type] of await entriesOf(folder)) {
      const uri = vscode.Uri.joinPath(folder, name);
      if (type === vscode.FileType.Directory && !isSkipped(uri.path)) folders.push(uri);
      else if (type !== vscode.FileType.Directory && isProjectFile(uri.path)) files.push(uri);
    }
  }
  return files;
}

async function entriesOf(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}

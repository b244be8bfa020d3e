import * as vscode from 'vscode';
import type { Problem } from '../../core/lint/Problem.ts';
import { isProjectFile } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { DisposableStore } from '../DisposableStore.ts';
import { FolderLint, type LintResult } from './FolderLint.ts';
import { FolderTexts } from './FolderTexts.ts';
import { hasSameProblems } from './hasSameProblems.ts';
import { isSaidByPeer } from './isSaidByPeer.ts';
import type { ProjectTexts } from './ProjectTexts.ts';
import { toDiagnostic } from './toDiagnostic.ts';
import { UntitledTexts } from './UntitledTexts.ts';

export interface FolderProject {
  readonly folder: vscode.Uri;
  readonly files: ProjectFiles;
}

interface WithPeers {
  readonly result: LintResult;
  readonly path: string;
  readonly left: ReadonlySet<Problem>;
}

/** Keeps the Problems panel true for every workspace folder, for files that were opened from elsewhere, and for untitled ones. */
export class WorkspaceLint implements vscode.Disposable {
  readonly #owned = new DisposableStore();
  readonly #diagnostics = this.#owned.add(vscode.languages.createDiagnosticCollection('openclawVm'));
  readonly #folders = new Map<string, FolderLint>();
  readonly #shown = new Map<string, LintResult>();
  /** By URI, documents that were edited since they were shown: what an edit and its undo did to the underlines is for us to repair. */
  readonly #edited = new Set<string>();
  /** By URI, files with findings that other linters may have as well, and which of ours step back for theirs. */
  readonly #withPeers = new Map<string, WithPeers>();

  readonly #checked = this.#owned.add(new vscode.EventEmitter<void>());

  /** The findings of a folder are new. */
  readonly onDidCheck = this.#checked.event;

  constructor() {
    this.#owned.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#onChanged(document)));
    this.#owned.add(vscode.workspace.onDidOpenTextDocument((document) => this.#onOpened(document)));
    this.#owned.add(vscode.workspace.onDidCloseTextDocument((document) => this.#onClosed(document)));
    this.#owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#onFoldersChanged()));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('openclawVm.lint') || change.affectsConfiguration('openclawVm.binaries'))
          for (const folder of this.#folders.values()) folder.schedule();
      }),
    );
    this.#owned.add(vscode.languages.onDidChangeDiagnostics(({ uris }) => this.#onDiagnosticsChanged(uris)));
    this.#onFoldersChanged();
  }

  /** What the checks say about a document as it is now; `undefined` where nothing here concerns it. */
  async resultFor(document: vscode.TextDocument): Promise<LintResult | undefined> {
    return this.#folderOf(document)?.current();
  }

  /** The files of each workspace folder that the checks read, in the folders' order. */
  projects(): Promise<FolderProject[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).flatMap(
      ({ uri }) => this.#folders.get(uri.toString()) ?? [],
    );
    return Promise.all(folders.map(async (lint) => ({ folder: lint.folder, files: await lint.project() })));
  }

  /** The document's place among the files that are checked with it; `undefined` where nothing here concerns it. */
  pathOf(document: vscode.TextDocument): string | undefined {
    return this.#folderOf(document)?.pathOf(document.uri);
  }

  /** The files that the checks of this document read. */
  async projectOf(document: vscode.TextDocument): Promise<ProjectFiles | undefined> {
    return this.#folderOf(document)?.project();
  }

  dispose(): void {
    for (const folder of this.#folders.values()) folder.dispose();
    this.#folders.clear();
    this.#owned.dispose();
  }

  #onChanged(document: vscode.TextDocument): void {
    const folder = this.#folderOf(document);
    if (folder?.concerns(document) !== true) return;
    this.#edited.add(document.uri.toString());
    folder.schedule();
  }

  #onOpened(document: vscode.TextDocument): void {
    const key = keyOf(document);
    if (!this.#folders.has(key)) {
      const untitledName = isUntitled(document) ? UntitledTexts.nameOf(document) : undefined;
      if (untitledName !== undefined) this.#addFolder(key, new UntitledTexts(document, untitledName));
      else if (isLoose(document)) this.#addFolder(key, new FolderTexts(parentOf(document.uri), 'openDocuments'));
    }
    this.#onChanged(document);
  }

  #onClosed(document: vscode.TextDocument): void {
    const folder = this.#folderOf(document);
    if (folder === undefined) return;
    // An untitled document goes alone; one that comes may take its very name at the same moment.
    const isLast =
      isUntitled(document) ||
      (isLoose(document) &&
        !vscode.workspace.textDocuments.some((open) => open !== document && this.#folderOf(open) === folder));
    if (isLast) this.#removeFolder(keyOf(document));
    // What was not saved is gone, so the file on disk counts again.
    else if (folder.concerns(document)) folder.schedule();
  }

  #onFoldersChanged(): void {
    const wanted = new Map(
      (vscode.workspace.workspaceFolders ?? []).map((folder) => [folder.uri.toString(), folder.uri]),
    );
    for (const key of [...this.#folders.keys()]) if (!wanted.has(key)) this.#removeFolder(key);
    for (const [key, uri] of wanted)
      if (!this.#folders.has(key)) this.#addFolder(key, new FolderTexts(uri, 'wholeFolder'));
    for (const document of vscode.workspace.textDocuments) this.#onOpened(document);
  }

  #addFolder(key: string, texts: ProjectTexts): void {
    const folder = new FolderLint(texts, (result) => this.#publish(key, result));
    this.#folders.set(key, folder);
    folder.schedule();
  }

  #removeFolder(key: string): void {
    this.#folders.get(key)?.dispose();
    this.#folders.delete(key);
    const shown = this.#shown.get(key);
    if (shown !== undefined) for (const path of shown.problemsByPath.keys()) this.#forget(shown.uriOf(path));
    this.#shown.delete(key);
  }

  #folderOf(document: vscode.TextDocument): FolderLint | undefined {
    return this.#folders.get(keyOf(document));
  }

  #publish(key: string, result: LintResult): void {
    const before = this.#shown.get(key);
    this.#shown.set(key, result);
    for (const path of before?.problemsByPath.keys() ?? [])
      if (!result.problemsByPath.has(path)) this.#forget(result.uriOf(path));
    for (const [path, problems] of result.problemsByPath) {
      const uri = result.uriOf(path);
      const isEdited = this.#edited.delete(uri.toString());
      // Each file that is set goes to the window, and to all who listen: an edit concerns few of a folder's files.
      if (!isEdited && before !== undefined && hasSameProblems(path, result, before)) continue;
      const visible = this.#visible(result, path, problems);
      this.#diagnostics.set(
        uri,
        visible.map((problem) => toDiagnostic(problem, result)),
      );
    }
    this.#checked.fire();
  }

  #forget(uri: vscode.Uri): void {
    this.#withPeers.delete(uri.toString());
    this.#diagnostics.delete(uri);
  }

  /** What no other linter says already. */
  #visible(result: LintResult, path: string, problems: readonly Problem[]): readonly Problem[] {
    const key = result.uriOf(path).toString();
    const shared = problems.filter(({ peers }) => peers !== undefined);
    if (shared.length === 0) {
      this.#withPeers.delete(key);
      return problems;
    }
    const left = new Set(shared.filter((problem) => isSaidByPeer(problem, result)));
    this.#withPeers.set(key, { result, path, left });
    return problems.filter((problem) => !left.has(problem));
  }

  /** Another linter has said something new, or taken something back, about files of which we say the same. */
  #onDiagnosticsChanged(uris: readonly vscode.Uri[]): void {
    for (const uri of uris) {
      const known = this.#withPeers.get(uri.toString());
      if (known === undefined) continue;
      const { result, path, left } = known;
      const visible = this.#visible(result, path, result.problemsByPath.get(path) ?? []);
      // Our own changes are told here as well: then it is the same ones that step back.
      const now = this.#withPeers.get(uri.toString())?.left ?? left;
      if (now.size === left.size && [...now].every((problem) => left.has(problem))) continue;
      const diagnostics = visible.map((problem) => toDiagnostic(problem, result));
      this.#diagnostics.set(uri, diagnostics);
    }
  }
}

/** Documents with the same key are checked together. */
function keyOf(document: vscode.TextDocument): string {
  if (isUntitled(document)) return document.uri.toString();
  return (vscode.workspace.getWorkspaceFolder(document.uri)?.uri ?? parentOf(document.uri)).toString();
}

function isUntitled({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'untitled';
}

/** A project file that was opened on its own. Output panels, diffs with git's versions and the like are none of ours. */
function isLoose(document: vscode.TextDocument): boolean {
  const { uri } = document;
  if (vscode.workspace.getWorkspaceFolder(uri) !== undefined || !isProjectFile(uri.path)) return false;
  return vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true;
}

function parentOf(uri: vscode.Uri): vscode.Uri {
  return uri.with({ path: uri.path.slice(0, Math.max(1, uri.path.lastIndexOf('/'))), query: '', fragment: '' });
}

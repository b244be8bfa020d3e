import * as vscode from 'vscode';
import { isProjectFile } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { DisposableStore } from '../DisposableStore.ts';
import { findProjectFiles, isSkipped } from './findProjectFiles.ts';
import type { ProjectTexts } from './ProjectTexts.ts';

/** Larger files are not configuration that a person wrote. */
const maxFileBytes = 1_000_000;
const maxFiles = 2_000;
/** An entrypoint may run a script that runs a script; nobody nests deeper. */
const maxReferenceRounds = 4;
/** Of the files near a saved one. */
const maxLookedAtAgain = 200;

export type FolderScope =
  /** All project files below the folder. */
  | 'wholeFolder'
  /** Only documents that are open, and what they refer to; for files outside the workspace. */
  | 'openDocuments';

/**
 * The texts of one folder as the person sees them: open documents with their unsaved edits, all others as they are on disk.
 * Files on disk are read once and again only when they change.
 */
export class FolderTexts implements ProjectTexts {
  readonly #owned = new DisposableStore();
  readonly #folder: vscode.Uri;
  readonly #scope: FolderScope;
  readonly #changed = this.#owned.add(new vscode.EventEmitter<void>());
  readonly #onDisk = new Map<string, Promise<string | undefined>>();
  /** Files and folders that were deleted. VS Code keeps their documents for minutes after the last editor is closed. */
  readonly #gone = new Set<string>();
  #discovered: Promise<Set<string>> | undefined;

  /** A file on disk that the checks have read, or would read, was changed. */
  readonly onDidChange = this.#changed.event;

  constructor(folder: vscode.Uri, scope: FolderScope) {
    this.#folder = folder;
    this.#scope = scope;
    const pattern = new vscode.RelativePattern(folder, scope === 'wholeFolder' ? '**/*' : '*');
    const watcher = this.#owned.add(vscode.workspace.createFileSystemWatcher(pattern));
    this.#owned.add(watcher.onDidChange((uri) => this.#forget(uri)));
    this.#owned.add(watcher.onDidCreate((uri) => this.#onCreated(uri)));
    this.#owned.add(watcher.onDidDelete((uri) => this.#onDeleted(uri)));
    this.#owned.add(vscode.workspace.onDidSaveTextDocument((document) => this.#lookAgain(document)));
  }

  get folder(): vscode.Uri {
    return this.#folder;
  }

  uriOf(path: string): vscode.Uri {
    return this.#folder.with({ path });
  }

  pathOf(uri: vscode.Uri): string {
    return uri.path;
  }

  /** Whether an edit of this document can change what the checks find. */
  concerns(document: vscode.TextDocument): boolean {
    return this.#holds(document.uri) && (isProjectFile(document.uri.path) || this.#onDisk.has(document.uri.path));
  }

  async read(ownBinaries: unknown): Promise<ProjectFiles> {
    const { referencedPaths } = await import('#checks');
    const texts = new Map<string, string>();
    // The very object that is checked afterwards: what is found out here is not worked out again there.
    const project: ProjectFiles = { root: this.#folder.path, texts, ownBinaries };
    const open = this.#openDocuments();
    for (const document of open.values())
      if (isProjectFile(document.uri.path)) texts.set(document.uri.path, document.getText());

    let wanted: Iterable<string> = this.#scope === 'wholeFolder' ? await this.#discover() : [];
    for (let round = 0; round <= maxReferenceRounds; round++) {
      const missing = [...wanted].filter((path) => !texts.has(path));
      const read = await Promise.all(missing.map((path) => open.get(path)?.getText() ?? this.#readFromDisk(path)));
      let added = 0;
      for (const [index, path] of missing.entries()) {
        const text = read[index];
        if (text === undefined) continue;
        texts.set(path, text);
        added += 1;
      }
      if (round > 0 && added === 0) break;
      wanted = referencedPaths(project);
    }
    return project;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #openDocuments(): Map<string, vscode.TextDocument> {
    const documents = vscode.workspace.textDocuments.filter(
      (document) =>
        !document.isClosed && this.#holds(document.uri) && (document.isDirty || !this.#isGone(document.uri.path)),
    );
    return new Map(documents.map((document) => [document.uri.path, document]));
  }

  #holds(uri: vscode.Uri): boolean {
    if (uri.scheme !== this.#folder.scheme || uri.authority !== this.#folder.authority) return false;
    if (this.#scope === 'openDocuments') {
      return uri.path.slice(0, uri.path.lastIndexOf('/')) === this.#folder.path;
    }
    // Of folders inside each other only the inner one reports a file.
    return vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === this.#folder.toString();
  }

  #discover(): Promise<Set<string>> {
    this.#discovered ??= (async () => {
      const found = await findProjectFiles(this.#folder);
      const paths = found.filter((uri) => isProjectFile(uri.path) && this.#holds(uri)).map((uri) => uri.path);
      return new Set(paths.slice(0, maxFiles));
    })();
    return this.#discovered;
  }

  #readFromDisk(path: string): Promise<string | undefined> {
    const known = this.#onDisk.get(path);
    if (known !== undefined) return known;
    const reading = readText(this.uriOf(path));
    this.#onDisk.set(path, reading);
    return reading;
  }

  async #forget(uri: vscode.Uri): Promise<void> {
    const { path } = uri;
    if (isSkipped(path) || !this.#holds(uri)) return;
    const isOne = isProjectFile(path) || this.#onDisk.has(path);
    // A folder that goes is told as one event for all that was in it.
    const below = [...this.#onDisk.keys()].filter((known) => known.startsWith(`${path}/`));
    if (!isOne && below.length === 0) return;
    for (const known of [path, ...below]) this.#onDisk.delete(known);
    if (isProjectFile(path)) (await this.#discovered)?.add(path);
    this.#changed.fire();
  }

  /** Watchers miss changes: of excluded folders, and now and then of others. What lies beside a saved file is compared with the disk. */
  async #lookAgain(document: vscode.TextDocument): Promise<void> {
    if (!this.concerns(document)) return;
    const { path } = document.uri;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const near = [...this.#onDisk]
      .filter(([known]) => known.startsWith(folder) && known !== path)
      .sort(([a], [b]) => a.length - b.length)
      .slice(0, maxLookedAtAgain);
    const isOther = await Promise.all(
      near.map(async ([known, reading]) => {
        const text = await readText(this.uriOf(known));
        if (text === (await reading) || this.#onDisk.get(known) !== reading) return false;
        this.#onDisk.set(known, Promise.resolve(text));
        return true;
      }),
    );
    if (isOther.includes(true)) this.#changed.fire();
  }

  async #onDeleted(uri: vscode.Uri): Promise<void> {
    if (!this.#holds(uri)) return;
    this.#gone.add(uri.path);
    const isOpen = vscode.workspace.textDocuments.some(({ uri: { path } }) => path.startsWith(`${uri.path}/`));
    await this.#forget(uri);
    if (isOpen) this.#changed.fire();
  }

  #isGone(path: string): boolean {
    for (const gone of this.#gone) if (path === gone || path.startsWith(`${gone}/`)) return true;
    return false;
  }

  async #onCreated(uri: vscode.Uri): Promise<void> {
    for (const gone of this.#gone)
      if (uri.path === gone || gone.startsWith(`${uri.path}/`) || uri.path.startsWith(`${gone}/`))
        this.#gone.delete(gone);
    await this.#forget(uri);
    if (isSkipped(uri.path) || !this.#holds(uri) || !(await isFolder(uri))) return;
    // What was in the folder from the start may come without events of its own.
    this.#discovered = undefined;
    this.#changed.fire();
  }
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false;
  }
}

/** `undefined` for what is not there, cannot be read, or is no text file that a person wrote. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (size > maxFileBytes || (type & vscode.FileType.File) === 0) return undefined;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

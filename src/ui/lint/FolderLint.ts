import * as vscode from 'vscode';
import type { Problem } from '../../core/lint/Problem.ts';
import { LineIndex } from '../../core/text/LineIndex.ts';
import type { TextRange } from '../../core/text/TextRange.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { DisposableStore } from '../DisposableStore.ts';
import { readOwnBinaries, warnAboutOwnBinaries } from '../settings/ownBinaries.ts';
import type { ProjectTexts } from './ProjectTexts.ts';
import { readLintSettings } from './readLintSettings.ts';
import type { Locator } from './toDiagnostic.ts';

/** What the checks found, and the very texts in which they found it. */
export interface LintResult extends Locator {
  readonly project: ProjectFiles;
  readonly problemsByPath: ReadonlyMap<string, readonly Problem[]>;
}

/** While somebody types without a pause, results come at least once in so many delays. */
const delaysWithoutResult = 6;

/** Checks one folder, or one untitled document, again whenever something in it changes: once after a pause, never twice at a time. */
export class FolderLint implements vscode.Disposable {
  readonly #owned = new DisposableStore();
  readonly #texts: ProjectTexts;
  readonly #publish: (result: LintResult) => void;
  #timer: NodeJS.Timeout | undefined;
  #waitingSinceMs: number | undefined;
  #running: Promise<LintResult> | undefined;
  #version = 0;
  #lastResult: { readonly version: number; readonly result: LintResult } | undefined;
  #isDisposed = false;

  constructor(texts: ProjectTexts, publish: (result: LintResult) => void) {
    this.#publish = publish;
    this.#texts = this.#owned.add(texts);
    this.#owned.add(this.#texts.onDidChange(() => this.schedule()));
  }

  get folder(): vscode.Uri {
    return this.#texts.folder;
  }

  concerns(document: vscode.TextDocument): boolean {
    return this.#texts.concerns(document);
  }

  pathOf(uri: vscode.Uri): string {
    return this.#texts.pathOf(uri);
  }

  /** The folder's project files, unsaved edits included, whether or not the checks are on. */
  project(): Promise<ProjectFiles> {
    return this.#read();
  }

  /** Something changed: check after the pause that the settings name. */
  schedule(): void {
    this.#version += 1;
    const nowMs = performance.now();
    this.#waitingSinceMs ??= nowMs;
    const { delayMs } = readLintSettings(this.folder);
    clearTimeout(this.#timer);
    const isOverdue = nowMs - this.#waitingSinceMs > delayMs * delaysWithoutResult;
    this.#timer = setTimeout(() => void this.current(), isOverdue ? 0 : delayMs);
  }

  /** The result for what the documents hold now; checks first where they changed since the last time. */
  async current(): Promise<LintResult> {
    clearTimeout(this.#timer);
    this.#waitingSinceMs = undefined;
    while (true) {
      const last = this.#lastResult;
      if (last?.version === this.#version) return last.result;
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
      const result = await this.#running;
      if (this.#isDisposed) return result;
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #read(): Promise<ProjectFiles> {
    return this.#texts.read(readOwnBinaries(this.folder));
  }

  async #run(): Promise<LintResult> {
    const version = this.#version;
    const { enabled, severities } = readLintSettings(this.folder);
    const project = enabled ? await this.#read() : { root: '/', texts: new Map<string, string>() };
    // Parsers load when there is something to check, not when VS Code starts.
    const { lintProject, projectBinaries } = await import('#checks');
    const problems = lintProject(project, { severities });
    void warnAboutOwnBinaries(projectBinaries(project).settingProblems);
    const result: LintResult = {
      project,
      problemsByPath: groupByPath(problems),
      uriOf: (path) => this.#texts.uriOf(path),
      pathOf: (uri) => this.#texts.pathOf(uri),
      rangeOf: rangesIn(project),
    };
    this.#lastResult = { version, result };
    // A text that changed meanwhile has ranges elsewhere; the run for it follows.
    if (version === this.#version && !this.#isDisposed) this.#publish(result);
    return result;
  }
}

function groupByPath(problems: readonly Problem[]): Map<string, Problem[]> {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const group = groups.get(problem.path);
    if (group === undefined) groups.set(problem.path, [problem]);
    else group.push(problem);
  }
  return groups;
}

function rangesIn(project: ProjectFiles): (path: string, range: TextRange) => vscode.Range {
  const indexes = new Map<string, LineIndex>();
  return (path, range) => {
    let index = indexes.get(path);
    if (index === undefined) {
      index = new LineIndex(project.texts.get(path) ?? '');
      indexes.set(path, index);
    }
    const start = index.positionAt(range.start);
    const end = index.positionAt(range.end);
    return new vscode.Range(start.line, start.column, end.line, end.column);
  };
}

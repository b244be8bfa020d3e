import type * as vscode from 'vscode';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';

/** The files that are checked together, as the person sees them: with unsaved edits. */
export interface ProjectTexts extends vscode.Disposable {
  /** The folder, or the one document; settings are read for it. */
  readonly folder: vscode.Uri;
  /** Something that the checks have read, or would read, was changed, other than by an edit. */
  readonly onDidChange: vscode.Event<void>;
  /** `ownBinaries`: as the setting is written. */
  read(ownBinaries: unknown): Promise<ProjectFiles>;
  /** Whether an edit of this document can change what the checks find. */
  concerns(document: vscode.TextDocument): boolean;
  uriOf(path: string): vscode.Uri;
  /** The key of `ProjectFiles.texts` for a document. */
  pathOf(uri: vscode.Uri): string;
}

/**
 * The files of one workspace folder that the checks can read, as a plain value.
 * Keys are absolute paths with `/` separators, as `vscode.Uri.path` has them; values are the texts, unsaved edits included.
 */
export interface ProjectFiles {
  /** The folder that holds them all, without a trailing slash. */
  readonly root: string;
  readonly texts: ReadonlyMap<string, string>;
  /** The value of the setting `openclawVm.binaries`, as it was written. */
  readonly ownBinaries?: unknown;
}

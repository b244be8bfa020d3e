import * as vscode from 'vscode';
import { UserFacingError } from '../core/UserFacingError.ts';

/** The one place where a failure becomes a message: what failed and what next for the person, the cause for the log. */
export async function reportError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (isCancellation(error)) return;
  const showLog = 'Show Log';
  const isExpected = error instanceof UserFacingError;
  const message = isExpected
    ? `${error.message} ${error.remedy}`
    : `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}`;
  if (isExpected) log.error(error.message, ...(error.cause === undefined ? [] : [error.cause]));
  else log.error(error instanceof Error ? error : String(error));
  const chosen = await vscode.window.showErrorMessage(withoutLinks(message), showLog);
  if (chosen === showLog) log.show();
}

/** Notifications make links, to commands too, of `[text](address)`; a server's words must not become one. */
function withoutLinks(message: string): string {
  return message.replaceAll('](', '] (');
}

/** The person has cancelled: there is nothing to tell. */
function isCancellation(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'AbortError');
}

import * as vscode from 'vscode';
import type { Problem } from '../../core/lint/Problem.ts';
import { diagnosticSource, type Locator } from './toDiagnostic.ts';

/** Whether another linter, such as hadolint or Docker's, shows the same at this moment: then we do not say it again. */
export function isSaidByPeer(problem: Problem, locator: Locator): boolean {
  const { peers } = problem;
  if (peers === undefined) return false;
  const lines = locator.rangeOf(problem.path, peers.range);
  return vscode.languages
    .getDiagnostics(locator.uriOf(problem.path))
    .some(
      (diagnostic) =>
        diagnostic.source !== diagnosticSource &&
        diagnostic.range.start.line <= lines.end.line &&
        diagnostic.range.end.line >= lines.start.line &&
        peers.ids.some((id) => names(diagnostic, id)),
    );
}

/** Most linters give the id of their rule as the code; older versions of some write it behind the message. */
function names({ code, message }: vscode.Diagnostic, id: string): boolean {
  const value = typeof code === 'object' ? code.value : code;
  return value === id || (value === undefined && message.endsWith(`(${id})`));
}

import * as vscode from 'vscode';
import type { Problem, Severity } from '../../core/lint/Problem.ts';
import type { TextRange } from '../../core/text/TextRange.ts';

export const diagnosticSource = 'OpenClaw VM';

const severities: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Turns offsets of the linted texts into editor ranges. */
export interface Locator {
  uriOf(path: string): vscode.Uri;
  pathOf(uri: vscode.Uri): string;
  rangeOf(path: string, range: TextRange): vscode.Range;
}

export function toDiagnostic(problem: Problem, locator: Locator): vscode.Diagnostic {
  const range = locator.rangeOf(problem.path, problem.range);
  const diagnostic = new vscode.Diagnostic(range, problem.message, severities[problem.severity]);
  diagnostic.source = diagnosticSource;
  diagnostic.code = { value: problem.ruleId, target: vscode.Uri.parse(problem.docsUrl) };
  if (problem.ruleId === 'unused-ignore') diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  if (problem.related.length > 0) {
    diagnostic.relatedInformation = problem.related.map((related) => {
      const location = new vscode.Location(locator.uriOf(related.path), locator.rangeOf(related.path, related.range));
      return new vscode.DiagnosticRelatedInformation(location, related.message);
    });
  }
  return diagnostic;
}

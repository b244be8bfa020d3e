import * as vscode from 'vscode';
import type { Severity } from '../../core/lint/Problem.ts';

export interface EditorLintSettings {
  readonly enabled: boolean;
  readonly delayMs: number;
  /** By rule id; what is not a severity is ignored, settings are written by hand. */
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
}

const known: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'] satisfies (Severity | 'off')[];

export function readLintSettings(folder: vscode.Uri): EditorLintSettings {
  const configuration = vscode.workspace.getConfiguration('openclawVm.lint', folder);
  const delayMs = configuration.get<unknown>('delayMs');
  return {
    enabled: configuration.get<unknown>('enabled') !== false,
    delayMs: typeof delayMs === 'number' && delayMs >= 0 ? Math.min(delayMs, 5000) : 150,
    severities: severitiesOf(configuration.get<unknown>('severities')),
  };
}

function severitiesOf(value: unknown): Record<string, Severity | 'off'> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter((entry): entry is [string, Severity | 'off'] =>
    known.includes(String(entry[1])),
  );
  return Object.fromEntries(entries);
}

import * as vscode from 'vscode';

/** For `"editor.codeActionsOnSave": { "source.fixAll.openclawVm": "explicit" }`. */
export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('openclawVm');

export const bakeKind = vscode.CodeActionKind.Refactor.append('bakeBinary');

import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const patienceMs = 20_000;

/** A file of the folder that the suites have open. */
export function fileOf(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, path);
}

/**
 * Makes a folder and waits until VS Code has seen it: of folders that come inside each other at one time its watcher now and then never
 * watches the inner ones.
 */
export async function makeWatchedFolder(path: string): Promise<void> {
  const folder = fileOf(path);
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const seen = new Promise<void>((resolve) => {
    watcher.onDidCreate((uri) => {
      if (uri.path === folder.path) resolve();
    });
  });
  await vscode.workspace.fs.createDirectory(folder);
  await seen;
  watcher.dispose();
}

/** Our findings in a file, as the Problems panel has them. */
export function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'OpenClaw VM');
}

/** The id of the rule of one of our findings. */
export function ruleOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

/** Waits until our findings in a file are as wanted; returns them. */
export async function waitForProblems(
  uri: vscode.Uri,
  isWanted: (problems: vscode.Diagnostic[]) => boolean,
): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve, reject) => {
    const finish = (problems: vscode.Diagnostic[]) => {
      clearTimeout(timer);
      listener.dispose();
      resolve(problems);
    };
    const look = () => {
      const problems = problemsOf(uri);
      if (isWanted(problems)) finish(problems);
    };
    const timer = setTimeout(() => {
      listener.dispose();
      const found = problemsOf(uri).map(({ message }) => message);
      reject(new Error(`The problems of ${uri.path} stayed ${JSON.stringify(found)}`));
    }, patienceMs);
    const listener = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

export async function open(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(fileOf(path));
}

/** In a browser VS Code saves by itself after a second; what is tested here are unsaved edits. */
export async function switchAutoSaveOff(): Promise<void> {
  await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Global);
}

/** Replaces the whole text, unsaved. */
export async function retype(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const everything = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
  assert.ok(await editor.edit((edit) => edit.replace(everything, text)));
}

/** Puts every open document back to what is on disk, and closes the editors. */
export async function closeEverything(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    // Nothing is on disk to put an untitled one back to: it goes.
    const isUntitled = document.uri.scheme === 'untitled';
    const command = isUntitled ? 'workbench.action.revertAndCloseActiveEditor' : 'workbench.action.files.revert';
    await vscode.commands.executeCommand(command);
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/**
 * Asks again until the answer is as wanted, or for as long as is bearable; returns the last one. VS Code drops the answer of a provider
 * where the document changes meanwhile, as when its language is told just after it was opened.
 */
export async function askUntil<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + patienceMs;
  while (true) {
    const answer = await ask();
    if (isWanted(answer) || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What is offered there now; `resolvedCount` of them with their edits, where those are made late. */
export async function codeActionsNow(
  uri: vscode.Uri,
  range: vscode.Range,
  kind: vscode.CodeActionKind,
  resolvedCount = 0,
): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand(
    'vscode.executeCodeActionProvider',
    uri,
    range,
    kind.value,
    ...(resolvedCount === 0 ? [] : [resolvedCount]),
  );
}

/** What is offered there, as soon as something with this title is, or anything. */
export async function codeActions(
  uri: vscode.Uri,
  range: vscode.Range,
  { kind = vscode.CodeActionKind.QuickFix, title = '', resolvedCount = 0 } = {},
): Promise<vscode.CodeAction[]> {
  return askUntil(
    () => codeActionsNow(uri, range, kind, resolvedCount),
    (actions) => actions.some((action) => action.title.startsWith(title)),
  );
}

/** What all hovers together say there, as soon as they say this, or anything. */
export async function hoverText(uri: vscode.Uri, position: vscode.Position, wanted = /./): Promise<string> {
  return askUntil(
    () => hoverTextNow(uri, position),
    (text) => wanted.test(text),
  );
}

export async function hoverTextNow(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n\n');
}

/** Applies an edit as it is after "Apply" in the preview, which waits for a person where several files change. */
export async function applyAsShown(edit: vscode.WorkspaceEdit): Promise<void> {
  const ticked = new vscode.WorkspaceEdit();
  for (const [uri, textEdits] of edit.entries()) {
    ticked.set(
      uri,
      textEdits.filter(({ newText, range }) => newText !== '' || !range.isEmpty),
    );
  }
  assert.ok(await vscode.workspace.applyEdit(ticked));
}

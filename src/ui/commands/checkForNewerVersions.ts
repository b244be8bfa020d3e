import * as vscode from 'vscode';
import { type FoundUpdates, findUpdates, type Update } from '../../application/updates/findUpdates.ts';
import { LineIndex } from '../../core/text/LineIndex.ts';
import type { TextEdit } from '../../core/text/TextEdit.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import type { Services } from '../Services.ts';
import { readReleaseSettings } from '../settings/readReleaseSettings.ts';
import { signalOf } from '../signalOf.ts';
import { pickDockerfile } from './pickDockerfile.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Asks the places that the binaries of a Dockerfile come from for newer versions, and offers the change of the stanzas for review. */
export const checkForNewerVersions: CommandHandler = async (services, argument) => {
  const uri = await pickDockerfile(services, argument, 'Check the binaries of which Dockerfile?');
  if (uri === undefined) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const { path, project } = await projectOf(services, document);
  const { bakedBinaries } = await import('#checks');
  const baked = bakedBinaries(project, path);
  const file = vscode.workspace.asRelativePath(uri);
  if (baked.length === 0) {
    throw new UserFacingError(`${file} has no stanza that bakes in a binary.`, {
      remedy: 'Bake one in with "OpenClaw VM: Add Binary to Dockerfile…".',
    });
  }
  const { createWebReader } = await services.adapters();
  const sources = { web: createWebReader(), ...readReleaseSettings() };
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Looking for newer versions', cancellable: true },
    (progress, token) => findUpdates(baked, sources, (name) => progress.report({ message: name }), signalOf(token)),
  );
  for (const text of [...found.notAsked, ...found.failures]) services.log.info(text);
  if (found.updates.length === 0) {
    tellNothingNew(services, file, found);
    return;
  }
  const outcome = await apply(document, found.updates, services);
  if (outcome === 'taken') {
    await vscode.window.showTextDocument(document);
    tell(services, await whatWasTaken(services, document, found.updates), found);
  } else if (outcome === 'nothingTicked') {
    tell(services, `${file} was not changed: nothing was ticked in the preview.`, found);
  } else if (found.failures.length > 0) {
    tell(services, `${file} was not changed.`, found);
  }
};

/** The project as the editor has it now, with the document in it. */
async function projectOf(services: Services, document: vscode.TextDocument) {
  const path = services.lint.pathOf(document) ?? document.uri.path;
  const known = await services.lint.projectOf(document);
  const project: ProjectFiles = {
    root: '/',
    ...known,
    texts: new Map([...(known?.texts ?? []), [path, document.getText()]]),
  };
  return { path, project };
}

/** Somebody may have ticked some of the binaries, or some of their lines. */
async function whatWasTaken(
  services: Services,
  document: vscode.TextDocument,
  updates: readonly Update[],
): Promise<string> {
  const file = vscode.workspace.asRelativePath(document.uri);
  const { path, project } = await projectOf(services, document);
  const { bakedBinaries, updateStanza } = await import('#checks');
  const now = bakedBinaries(project, path);
  const isWhole = ({ name, to, entry }: Update): boolean => {
    const rest = updateStanza(project, path, entry);
    return now.some((baked) => baked.name === name && baked.version === to) && rest.ok && rest.edits.length === 0;
  };
  const taken = updates.filter(isWhole);
  if (taken.length === 0)
    return `${file} was changed in part: a stanza needs all of its lines. Undo, and tick the file.`;
  const changes = taken.map(({ name, from, to }) => `${name} ${from} → ${to}`).join(', ');
  return `${file}: ${changes}. Build the image to have ${taken.length === 1 ? 'it' : 'them'}.`;
}

/** One change, in the preview, where the person ticks what to take. */
async function apply(
  document: vscode.TextDocument,
  updates: readonly Update[],
  services: Services,
): Promise<'taken' | 'nothingTicked' | 'discarded'> {
  const { updateStanza } = await import('#checks');
  // As it is now: somebody may have typed while the hosts were asked.
  const { path, project } = await projectOf(services, document);
  const edit = new vscode.WorkspaceEdit();
  for (const { name, from, to, entry } of updates) {
    const result = updateStanza(project, path, entry);
    if (!result.ok) {
      throw new UserFacingError(`${name} ${to} cannot be baked in: ${result.reason}`, {
        remedy: 'Correct the Dockerfile, then try again.',
      });
    }
    const metadata = { needsConfirmation: true, label: `${name} ${from} → ${to}`, description: 'newest release' };
    for (const textEdit of result.edits)
      edit.replace(document.uri, rangeIn(document, textEdit), textEdit.newText, metadata);
  }
  const before = document.version;
  const isTaken = await vscode.workspace.applyEdit(edit, { isRefactoring: true });
  return document.version !== before ? 'taken' : isTaken ? 'nothingTicked' : 'discarded';
}

function rangeIn(document: vscode.TextDocument, { range }: TextEdit): vscode.Range {
  const lines = new LineIndex(document.getText());
  const [start, end] = [lines.positionAt(range.start), lines.positionAt(range.end)];
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

function tellNothingNew(services: Services, file: string, found: FoundUpdates): void {
  const { newest, notAsked, failures } = found;
  if (failures.length > 0) {
    tell(services, `${file} was not changed.`, found);
    return;
  }
  const text = newest.length === 0 ? (notAsked[0] ?? '') : `${file} has the newest version of ${newest.join(', ')}.`;
  void vscode.window.showInformationMessage(text);
}

function tell(services: Services, text: string, { failures }: FoundUpdates): void {
  const [first] = failures;
  if (first === undefined) {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const others = failures.length === 1 ? '' : ` And ${failures.length - 1} more: see the log.`;
  const showLog = 'Show Log';
  void vscode.window.showWarningMessage(`${first}${others} ${text}`, showLog).then((chosen) => {
    if (chosen === showLog) services.log.show();
  });
}

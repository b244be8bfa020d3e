import * as vscode from 'vscode';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { bakeIntoDocument } from '../lint/bakeIntoDocument.ts';
import type { SkillBake } from '../skills/SkillsTree.ts';
import type { CommandHandler } from './registerCommands.ts';

/** Bakes the binary of a line in the Skills view, or of a lens in a SKILL.md. */
export const bakeSkillBinary: CommandHandler = async ({ lint }, argument) => {
  const bake = isBake(argument) ? argument : isNode(argument) ? argument.bake : undefined;
  if (bake === undefined) {
    throw new UserFacingError('There is no binary to bake.', {
      remedy: 'Choose a missing binary in the Skills view of the sidebar, or run "Add Binary to Dockerfile…".',
    });
  }
  await bakeIntoDocument(lint, await vscode.workspace.openTextDocument(bake.dockerfile), bake.name);
};

function isBake(value: unknown): value is SkillBake {
  return typeof value === 'object' && value !== null && 'dockerfile' in value && 'name' in value;
}

function isNode(value: unknown): value is { readonly bake?: SkillBake } {
  return typeof value === 'object' && value !== null && 'item' in value;
}

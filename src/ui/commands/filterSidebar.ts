import * as vscode from 'vscode';
import type { CommandHandler } from './registerCommands.ts';

/** Shows only what matches a text; an empty text shows everything again. */
export const filterSidebar: CommandHandler = async ({ filter }) => {
  const text = await vscode.window.showInputBox({
    title: 'Filter the sidebar',
    prompt:
      'Part of the name of a project, service, container or image, or of a state. Leave it empty to see everything.',
    value: filter.text,
  });
  if (text !== undefined) filter.set(text);
};

export const clearFilter: CommandHandler = ({ filter }) => filter.set('');

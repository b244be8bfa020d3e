import * as vscode from 'vscode';
import type { LazyServices } from '../LazyServices.ts';
import type { Services } from '../Services.ts';
import { commandIds } from './commandIds.ts';

/** `argument`: a tree node from the sidebar, a `Uri` from an editor's title, nothing from the palette: then the command asks. */
export type CommandHandler = (services: Services, argument: unknown) => Promise<void> | void;

/** Names the commands; what they do is loaded when the first one is run. */
export function registerCommands(lazyServices: LazyServices): vscode.Disposable {
  const registrations = Object.values(commandIds).map((id) =>
    vscode.commands.registerCommand(id, async (argument: unknown) => {
      const [services, { handlers, reportError }] = await Promise.all([lazyServices.get(), import('#commands')]);
      try {
        await handlers[id](services, argument);
      } catch (error) {
        // Nobody waits for the message to be closed.
        void reportError(error, services.log);
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}

import type { CommandHandler } from './registerCommands.ts';

/** Asks every machine again, also those that could not be reached before. */
export const refresh: CommandHandler = async ({ inventory }) => {
  await Promise.all(inventory.machines.map(({ id }) => inventory.retry(id)));
};

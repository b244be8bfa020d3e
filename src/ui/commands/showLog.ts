import type { CommandHandler } from './registerCommands.ts';

export const showLog: CommandHandler = ({ log }) => log.show();

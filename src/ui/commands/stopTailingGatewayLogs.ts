import type { CommandHandler } from './registerCommands.ts';

export const stopTailingGatewayLogs: CommandHandler = ({ gatewayLogs }) => gatewayLogs.stopAll();

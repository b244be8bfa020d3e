import type { CommandHandler } from './registerCommands.ts';
import { runDeployment } from './runDeployment.ts';

export const update: CommandHandler = (services, argument) => runDeployment(services, 'update', argument);

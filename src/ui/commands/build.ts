import type { CommandHandler } from './registerCommands.ts';
import { runDeployment } from './runDeployment.ts';

export const build: CommandHandler = (services, argument) => runDeployment(services, 'build', argument);

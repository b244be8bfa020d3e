import type { CommandHandler } from './registerCommands.ts';
import { runDeployment } from './runDeployment.ts';

export const deploy: CommandHandler = (services, argument) => runDeployment(services, 'deploy', argument);

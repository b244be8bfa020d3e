import { GatewayOverviewPanel } from '../webview/GatewayOverviewPanel.ts';
import { expectedBinariesOf } from './expectedBinariesOf.ts';
import { pickGateway } from './pickGateway.ts';
import type { CommandHandler } from './registerCommands.ts';

export const showGatewayOverview: CommandHandler = async (services, argument) => {
  const gateway = await pickGateway(services.inventory, argument, 'Overview of which gateway?');
  if (gateway !== undefined) {
    GatewayOverviewPanel.show(services, gateway, () => expectedBinariesOf(services.lint, gateway.project));
  }
};

/* A bundle of its own, loaded when the first command is run, so that activation stays small. */
import { addBinary } from './addBinary.ts';
import { addVm } from './addVm.ts';
import { bakeMissingBinaries } from './bakeMissingBinaries.ts';
import { bakeSkillBinary } from './bakeSkillBinary.ts';
import { build } from './build.ts';
import { removeContainer, restartContainer, startContainer, stopContainer } from './changeContainer.ts';
import { checkForNewerVersions } from './checkForNewerVersions.ts';
import { closeTunnel } from './closeTunnel.ts';
import { type CommandId, commandIds } from './commandIds.ts';
import { copyAddress, copyContainerId } from './copyNodeText.ts';
import { deploy } from './deploy.ts';
import { clearFilter, filterSidebar } from './filterSidebar.ts';
import { followContainerLogs } from './followContainerLogs.ts';
import { forgetSecrets } from './forgetSecrets.ts';
import { inspectContainer } from './inspectContainer.ts';
import { openControlUi } from './openControlUi.ts';
import { openPort } from './openPort.ts';
import { openShell } from './openShell.ts';
import { refresh } from './refresh.ts';
import type { CommandHandler } from './registerCommands.ts';
import { removeVm } from './removeVm.ts';
import { retryConnection } from './retryConnection.ts';
import { showGatewayOverview } from './showGatewayOverview.ts';
import { showLog } from './showLog.ts';
import { stopTailingGatewayLogs } from './stopTailingGatewayLogs.ts';
import { tailGatewayLogs } from './tailGatewayLogs.ts';
import { update } from './update.ts';
import { verify } from './verify.ts';

export { reportError } from '../reportError.ts';

/** What each command does. */
export const handlers: Record<CommandId, CommandHandler> = {
  [commandIds.addVm]: addVm,
  [commandIds.removeVm]: removeVm,
  [commandIds.refresh]: refresh,
  [commandIds.retryConnection]: retryConnection,
  [commandIds.addBinary]: addBinary,
  [commandIds.checkForNewerVersions]: checkForNewerVersions,
  [commandIds.bakeSkillBinary]: bakeSkillBinary,
  [commandIds.bakeMissingBinaries]: bakeMissingBinaries,
  [commandIds.build]: build,
  [commandIds.deploy]: deploy,
  [commandIds.update]: update,
  [commandIds.verify]: verify,
  [commandIds.tailGatewayLogs]: tailGatewayLogs,
  [commandIds.stopTailingGatewayLogs]: stopTailingGatewayLogs,
  [commandIds.showGatewayOverview]: showGatewayOverview,
  [commandIds.forgetSecrets]: forgetSecrets,
  [commandIds.startContainer]: startContainer,
  [commandIds.stopContainer]: stopContainer,
  [commandIds.restartContainer]: restartContainer,
  [commandIds.removeContainer]: removeContainer,
  [commandIds.openShell]: openShell,
  [commandIds.inspectContainer]: inspectContainer,
  [commandIds.copyContainerId]: copyContainerId,
  [commandIds.copyAddress]: copyAddress,
  [commandIds.followContainerLogs]: followContainerLogs,
  [commandIds.openControlUi]: openControlUi,
  [commandIds.openPort]: openPort,
  [commandIds.closeTunnel]: closeTunnel,
  [commandIds.filterSidebar]: filterSidebar,
  [commandIds.clearFilter]: clearFilter,
  [commandIds.showLog]: showLog,
};

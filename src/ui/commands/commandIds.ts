/** Every command of the extension, as package.json contributes it. */
export const commandIds = {
  addVm: 'openclawVm.addVm',
  removeVm: 'openclawVm.removeVm',
  refresh: 'openclawVm.refresh',
  retryConnection: 'openclawVm.retryConnection',
  addBinary: 'openclawVm.addBinary',
  checkForNewerVersions: 'openclawVm.checkForNewerVersions',
  bakeSkillBinary: 'openclawVm.bakeSkillBinary',
  bakeMissingBinaries: 'openclawVm.bakeMissingBinaries',
  build: 'openclawVm.build',
  deploy: 'openclawVm.deploy',
  update: 'openclawVm.update',
  verify: 'openclawVm.verify',
  tailGatewayLogs: 'openclawVm.tailGatewayLogs',
  stopTailingGatewayLogs: 'openclawVm.stopTailingGatewayLogs',
  showGatewayOverview: 'openclawVm.showGatewayOverview',
  forgetSecrets: 'openclawVm.forgetSecrets',
  showLog: 'openclawVm.showLog',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

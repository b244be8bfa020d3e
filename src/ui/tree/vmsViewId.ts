/** As package.json contributes it. */
export const vmsViewId = 'openclawVm.vms';

/*
 * The parts that need SSH and Docker libraries: a bundle of its own, loaded on first use, so that activation stays small.
 */
export { createMachineConnector } from './adapters/createMachineConnector.ts';
export { listDockerContexts } from './adapters/docker/dockerContexts.ts';
export { packFolder } from './adapters/files/packFolder.ts';
export { localListener } from './adapters/local/localListener.ts';
export { listSshConfigHosts } from './adapters/ssh/listSshConfigHosts.ts';
export { createWebReader } from './adapters/web/createWebReader.ts';

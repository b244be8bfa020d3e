import { join } from 'node:path';
import { runsFolder } from './cache.ts';
import { HostGroup } from './hostGroup.ts';
import { hostBase, type ImageName } from './imageSets.ts';
import { startNameServer } from './nameServer.ts';
import { type ReleaseHost, releaseHostNames, startReleaseHost } from './releaseHost.ts';
import { requireHostSystem } from './systemPackages.ts';
import type { HostBase, TestHost } from './testHost.ts';

export { hostSystemPackages } from './systemPackages.ts';
export type { HostUser, SshOptions, TestHost } from './testHost.ts';
export type { ImageName, ReleaseHost };

export type TestHostsOptions = {
  /** Images that the engines have in store; default `['fixture']`. `[]` gives engines without any. */
  readonly images?: readonly ImageName[];
  /** Memory limit of each host; default 3 GiB. */
  readonly memoryBytes?: number;
  /** Also serve release binaries over HTTPS, as github.com. */
  readonly releaseHost?: boolean;
};

/** Test hosts for the `before` and `after` hooks of a suite (node:test and mocha alike). */
export type SuiteHosts = {
  readonly up: () => Promise<void>;
  readonly down: () => Promise<void>;
  readonly get: (name: string) => TestHost;
  /** Reboots a host; `powerCut` without stopping anything first. */
  readonly reboot: (name: string, options?: { readonly powerCut?: boolean }) => Promise<void>;
  readonly releaseHost: () => ReleaseHost;
  /** The Docker client of the hosts with its plugins, for suites that need one on this machine. */
  readonly dockerClient: () => DockerClient;
  /** The hosts' network, for names that must be unique on this machine. */
  readonly slot: () => number;
};

export type DockerClient = {
  /** The `docker` program. */
  readonly program: string;
  /** The folder with compose and buildx. */
  readonly pluginFolder: string;
};

/**
 * Declares the hosts of a suite:
 *
 *     const hosts = withTestHosts(['vm1'], { releaseHost: true });
 *     before(hosts.up);
 *     after(hosts.down);
 *
 * They go down with the process in any case; after a SIGKILL, with the next run's start.
 */
export function withTestHosts(names: readonly string[], options: TestHostsOptions = {}): SuiteHosts {
  let raised: RaisedHosts | undefined;
  const current = (): RaisedHosts => {
    if (raised === undefined) throw new Error('The test hosts are not up: call `before(hosts.up)`.');
    return raised;
  };
  return {
    up: async () => {
      raised = await raise(names, options);
    },
    down: async () => {
      await raised?.close();
      raised = undefined;
    },
    get: (name) => current().group.get(name),
    reboot: async (name, rebootOptions) => await current().group.get(name).reboot(current().base, rebootOptions),
    releaseHost: () => {
      const { releaseHost } = current();
      if (releaseHost === undefined) throw new Error('The suite has no release host: pass `releaseHost: true`.');
      return releaseHost;
    },
    dockerClient: () => ({
      program: join(current().base.rootfs, 'usr/bin/docker'),
      pluginFolder: join(current().base.rootfs, 'usr/libexec/docker/cli-plugins'),
    }),
    slot: () => current().group.slot,
  };
}

type RaisedHosts = {
  readonly group: HostGroup;
  readonly base: HostBase;
  readonly releaseHost: ReleaseHost | undefined;
  readonly close: () => Promise<void>;
};

async function raise(names: readonly string[], options: TestHostsOptions): Promise<RaisedHosts> {
  requireHostSystem();
  const base = await hostBase(options.images ?? ['fixture']);
  const group = await HostGroup.create(runsFolder);
  const closers = [() => group.down()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const address = group.machineAddress;
    closers.push((await startNameServer(address, options.releaseHost ? releaseHostNames : [], address)).close);
    const releaseHost = options.releaseHost ? await startReleaseHost(address, group.folder) : undefined;
    if (releaseHost !== undefined) closers.push(releaseHost.close);
    await group.up(names, base, options.memoryBytes);
    return { group, base, releaseHost, close };
  } catch (error) {
    await close();
    throw error;
  }
}

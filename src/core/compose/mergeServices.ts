import type { ComposeService } from './ComposeFile.ts';

/**
 * One service as several files define it, in the order in which compose reads them
 * (https://docs.docker.com/reference/compose-file/merge/): single values of later files win, variables go by name, mounts by
 * target, ports and env files add up unless a later file says `!override` or `!reset`. Names and ranges are those of the first.
 */
export function mergeServices(first: ComposeService, ...later: readonly ComposeService[]): ComposeService {
  return later.reduce(mergeTwo, first);
}

function mergeTwo(base: ComposeService, over: ComposeService): ComposeService {
  const replaces = (key: string): boolean => over.replaces.includes(key);
  const list = <T>(
    key: string,
    before: readonly T[],
    after: readonly T[],
    keyOf?: (item: T) => string,
  ): readonly T[] => {
    if (replaces(key)) return after;
    if (keyOf === undefined) return [...before, ...after];
    const keys = new Set(after.map(keyOf));
    return [...before.filter((item) => !keys.has(keyOf(item))), ...after];
  };
  const value = <T>(key: string, before: T | undefined, after: T | undefined): T | undefined =>
    after ?? (replaces(key) ? undefined : before);
  return {
    name: base.name,
    nameRange: base.nameRange,
    range: base.range,
    image: value('image', base.image, over.image),
    build: value('build', base.build, over.build),
    entrypoint: value('entrypoint', base.entrypoint, over.entrypoint),
    command: value('command', base.command, over.command),
    healthcheck: value('healthcheck', base.healthcheck, over.healthcheck),
    postStart: list('post_start', base.postStart, over.postStart),
    environment: list('environment', base.environment, over.environment, ({ name }) => name),
    envFiles: list('env_file', base.envFiles, over.envFiles),
    mounts: list('volumes', base.mounts, over.mounts, ({ target }) => target),
    configs: list('configs', base.configs, over.configs, ({ target }) => target),
    ports: list('ports', base.ports, over.ports),
    platform: value('platform', base.platform, over.platform),
    restart: value('restart', base.restart, over.restart),
    user: value('user', base.user, over.user),
    networkMode: value('network_mode', base.networkMode, over.networkMode),
    workingDir: value('working_dir', base.workingDir, over.workingDir),
    extends: value('extends', base.extends, over.extends),
    profiles: list('profiles', base.profiles, over.profiles),
    hasDeployRestart: over.hasDeployRestart || (base.hasDeployRestart && !replaces('deploy')),
    replaces: [...base.replaces, ...over.replaces],
  };
}

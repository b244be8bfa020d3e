import type { GatewayEra } from './GatewayEra.ts';
import type { MountFact } from './MountFact.ts';

/** Absolute container paths without a trailing slash. */
export interface GatewayPaths {
  readonly home: string;
  readonly state: string;
  readonly workspace: string;
  /** Folder of the key that encrypts model credentials. */
  readonly secretKey: string;
}

export interface ContainerFacts {
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly MountFact[];
  /** As the image or compose says it, such as `node` or `1000:1000`; empty for root. */
  readonly user?: string;
}

/** Where a gateway of this era keeps its state in this container: its variables, then what is mounted, then the era's defaults. */
export function gatewayPaths(era: GatewayEra, facts: ContainerFacts): GatewayPaths {
  const { environment, mounts } = facts;
  const variable = (name: string): string | undefined =>
    prefixes[era]
      .map((prefix) => environment.get(`${prefix}_${name}`))
      .find((value) => value?.startsWith('/') === true);
  // These two are host paths in compose's .env, which an env_file carries into the container: believed only where mounted.
  const mountedVariable = (name: string): string | undefined => {
    const value = variable(name);
    return value !== undefined && mounts.some((mount) => isWithin(value, mount.target)) ? value : undefined;
  };
  const home = withoutSlash(variable('HOME') ?? environment.get('HOME') ?? defaultHome(facts));
  const folder = stateFolders[era].find((name) => mounts.some((mount) => isWithin(mount.target, `${home}/${name}`)));
  const state = withoutSlash(variable('STATE_DIR') ?? `${home}/${folder ?? stateFolders[era][0]}`);
  const workspaceBefore2026February = era === 'clawdbot' || era === 'moltbot';
  return {
    home,
    state,
    workspace: withoutSlash(
      mountedVariable('WORKSPACE_DIR') ?? (workspaceBefore2026February ? `${home}/clawd` : `${state}/workspace`),
    ),
    secretKey: withoutSlash(mountedVariable('AUTH_PROFILE_SECRET_DIR') ?? `${home}/.config/openclaw`),
  };
}

/** Whether `path` is `folder` or below it. */
export function isWithin(path: string, folder: string): boolean {
  const base = withoutSlash(folder);
  return path === base || path.startsWith(base === '/' ? '/' : `${base}/`);
}

/** Current versions ignore the variables of the older names. */
const prefixes: Readonly<Record<GatewayEra, readonly string[]>> = {
  clawdbot: ['CLAWDBOT'],
  moltbot: ['MOLTBOT', 'CLAWDBOT'],
  openclaw: ['OPENCLAW'],
  openclawSecretKey: ['OPENCLAW'],
};

/** The era's usual folder first; `.clawdbot` was kept under the name moltbot. */
const stateFolders: Readonly<Record<GatewayEra, readonly [string, ...string[]]>> = {
  clawdbot: ['.clawdbot', '.moltbot'],
  moltbot: ['.clawdbot', '.moltbot'],
  openclaw: ['.openclaw'],
  openclawSecretKey: ['.openclaw'],
};

function defaultHome({ mounts, user }: ContainerFacts): string {
  const isRoot = user !== undefined && /^(?:root|0)?(?::|$)/.test(user);
  return isRoot && !mounts.some((mount) => isWithin(mount.target, '/home/node')) ? '/root' : '/home/node';
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

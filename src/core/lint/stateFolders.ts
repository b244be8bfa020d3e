import { type Gateway, runsOfficialImage } from './gateways.ts';

export interface StateFolders {
  /** Where the gateway may keep its state, the likeliest first; a mount on one of them is enough. */
  readonly folders: readonly [string, ...string[]];
  readonly home: string;
  /** The project's files say it, or the image is a known one. */
  readonly isCertain: boolean;
  /** A variable says it whose value only the host knows. */
  readonly isUnknown: boolean;
}

/** Where a gateway keeps its state: what its environment says, else what its image does. */
export function stateFolders(gateway: Gateway): StateFolders {
  const { environment, service } = gateway;
  const folder = (name: string): readonly string[] => {
    const value = environment.get(name);
    return value?.startsWith('/') === true ? [value.length > 1 ? value.replace(/\/+$/, '') : value] : [];
  };
  const prefixed = (name: string): readonly string[] =>
    ['OPENCLAW', 'CLAWDBOT', 'MOLTBOT'].flatMap((prefix) => folder(`${prefix}_${name}`));
  const isOfficial = runsOfficialImage(gateway);
  const isRoot = /^(?:root|0)(?::|$)/.test(service.user?.value ?? '');
  const otherUser = service.user !== undefined && !isRoot && !/^["']?(?:1000|node)(?::|$)/.test(service.user.value);
  const isOld = /clawdbot|moltbot/i.test(`${service.name} ${service.image?.value ?? ''}`);
  const names = isOld ? ['.clawdbot', '.moltbot', '.openclaw'] : ['.openclaw', '.clawdbot', '.moltbot'];
  const homes = [...prefixed('HOME'), ...folder('HOME')];
  const isKnownHome = homes.length > 0 || (isOfficial && !isRoot && !otherUser && gateway.image === undefined);
  const defaults = isOfficial && gateway.image === undefined && !isRoot ? ['/home/node'] : ['/home/node', '/root'];
  const candidates = homes.length > 0 ? homes : defaults;
  const [first = '/home/node/.openclaw', ...others] = [
    ...prefixed('STATE_DIR'),
    ...prefixed('CONFIG_PATH').map((path) => path.replace(/\/[^/]*$/, '')),
    ...candidates.flatMap((home) => names.map((name) => `${home === '/' ? '' : home}/${name}`)),
    ...(environment.has('OPENCLAW_PROFILE')
      ? candidates.map((home) => `${home}/.openclaw-${environment.get('OPENCLAW_PROFILE')}`)
      : []),
  ];
  return {
    folders: [first, ...others],
    home: candidates[0] ?? '/home/node',
    isUnknown: [...environment].some(
      ([name, value]) =>
        /^(?:(?:OPENCLAW|CLAWDBOT|MOLTBOT)_(?:HOME|STATE_DIR|CONFIG_PATH)|HOME)$/.test(name) && !value.startsWith('/'),
    ),
    isCertain: isKnownHome || prefixed('STATE_DIR').length > 0,
  };
}

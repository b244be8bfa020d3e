import { canonicalName, isCanonicalized } from './canonicalName.ts';
import { type KnownHostsCommand, readKnownHostsCommand } from './knownHostsCommand.ts';
import { parsePort, parseSshTarget, plainAddress } from './parseSshTarget.ts';
import { algorithmChoice, type SshAlgorithmChoice } from './sshAlgorithms.ts';
import { type SshConfigLine, type SshConfigText, sshConfigLines } from './sshConfigLines.ts';
import { readLogin, type SshLogin } from './sshLogin.ts';
import { expandPath, expandTokens, type LocalMachine, routeTokens } from './sshTokens.ts';
import { unusedDirectives } from './unusedDirectives.ts';

/** How `ssh` would reach a host: what the person said, then the SSH config, then ssh's own defaults. */
export interface SshRoute {
  /** As the person names it; known_hosts is asked for `hostKeyAlias`, else for `host`. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** In order, `%` tokens replaced; may begin with `~/`. Empty: the default keys. */
  readonly identityFiles: readonly string[];
  /** As `identityFiles`. Empty: those beside the key files. */
  readonly certificateFiles: readonly string[];
  /** Keys of the agent count only where an identity file names them. */
  readonly identitiesOnly: boolean;
  /** `none`, a path, or a variable such as `$SSH_AUTH_SOCK`; absent: the usual agent. */
  readonly identityAgent?: string;
  /** Library of a smart card or token, whose keys only the agent can use here. */
  readonly pkcs11Provider?: string;
  /** Hosts to go through, nearest first. */
  readonly proxyJump: readonly string[];
  /** A command line for the local shell whose stdin and stdout are the connection; `%` tokens replaced. */
  readonly proxyCommand?: string;
  readonly hostKeyAlias?: string;
  /** Absent: the usual files. */
  readonly userKnownHostsFiles?: readonly string[];
  readonly globalKnownHostsFiles?: readonly string[];
  /** Asked beside the files. */
  readonly knownHostsCommand?: KnownHostsCommand;
  /** Files whose keys are refused. */
  readonly revokedKeyFiles?: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly strictHostKeyChecking: 'ask' | 'yes' | 'accept-new';
  readonly serverAliveIntervalMs?: number;
  readonly serverAliveCount?: number;
  readonly connectTimeoutMs?: number;
  /** How often to dial, a second apart. */
  readonly connectionAttempts?: number;
  /** The only version of IP to use. */
  readonly addressFamily?: 4 | 6;
  /** Address of this machine to come from. */
  readonly bindAddress?: string;
  readonly algorithms: SshAlgorithmChoice;
  readonly login: SshLogin;
  /** Sections and directives of the SSH config that were left out, such as `Match version`. */
  readonly notJudged: readonly string[];
  /** The command of a `Match exec` that must be run before the route is known; its section is left out here. */
  readonly awaitedCommand?: string;
  /** As `awaitedCommand`: a name that must be looked up before. */
  readonly awaitedName?: string;
  /** `CanonicalizeFallbackLocal no`, and no whole name of the host has an address. */
  readonly hasNoWholeName?: true;
}

export interface SshRouteContext {
  /** The person's file, then the system's. */
  readonly files: readonly SshConfigText[];
  /** Name of the person at this machine: what `ssh` takes where nothing says another. */
  readonly localUser: string;
  readonly here?: LocalMachine;
  /** Whether the commands of `Match exec` have ended well, by the command with its tokens replaced. */
  readonly commandResults?: ReadonlyMap<string, boolean>;
  /** Whether names have an address, by the name with a dot at its end. */
  readonly resolvedNames?: ReadonlyMap<string, boolean>;
}

/** What the person said about the host; it wins over the SSH config. */
export interface SshRouteRequest {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
}

/** Reads the SSH config for one host: the first value of a directive wins, `IdentityFile` and `CertificateFile` add up (ssh_config(5)). */
export function resolveSshRoute(request: SshRouteRequest, context: SshRouteContext): SshRoute {
  return routeFrom(request, sshConfigLines(context.files), context);
}

/** {@link resolveSshRoute} on lines that were read before. */
export function routeFrom(
  request: SshRouteRequest,
  lines: readonly SshConfigLine[],
  context: Omit<SshRouteContext, 'files'>,
): SshRoute {
  const { localUser, here } = context;
  const alias = request.host;
  const found = collect(request, lines, context);
  const value = (name: string): string | undefined => found.values.get(name)?.join(' ');
  const host = plainAddress(expandTokens(value('hostname') ?? alias, { h: alias }));
  const user = request.user ?? value('user') ?? localUser;
  const port = request.port ?? parsePort(value('port') ?? '22') ?? 22;
  const hostKeyName = value('hostkeyalias') ?? alias;
  const jumpHost = lastJump(value('proxyjump'));
  const tokens = routeTokens({ alias, host, port, user, localUser, hostKeyName, jumpHost }, here);
  const expandFile = (file: string): string => expandPath(file, tokens, here);
  const paths = (name: string): readonly string[] | undefined => found.values.get(name)?.map(expandFile);
  const text = (name: string): string | undefined => {
    const raw = value(name);
    return raw === undefined ? undefined : expandTokens(raw, tokens);
  };
  const identityAgent = value('identityagent');
  const jump = value('proxyjump');
  const command = value('proxycommand');
  const knownHostsCommand = value('knownhostscommand');
  // Whichever comes first wins over the other (ssh_config(5), ProxyJump); "ProxyJump none" leaves room for a command all the same.
  const first = found.order.find(
    (name) => name === 'proxycommand' || (name === 'proxyjump' && !(jump !== undefined && isNone(jump))),
  );
  const optional = {
    identityAgent: identityAgent === undefined ? undefined : expandFile(identityAgent),
    proxyCommand:
      first === 'proxycommand' && command !== undefined && !isNone(command) ? expandTokens(command, tokens) : undefined,
    pkcs11Provider: paths('pkcs11provider')?.find((file) => !isNone(file)),
    hostKeyAlias: text('hostkeyalias'),
    userKnownHostsFiles: paths('userknownhostsfile'),
    globalKnownHostsFiles: paths('globalknownhostsfile'),
    knownHostsCommand: knownHostsCommand === undefined ? undefined : readKnownHostsCommand(knownHostsCommand, tokens),
    revokedKeyFiles: paths('revokedhostkeys')?.filter((file) => !isNone(file)),
    serverAliveIntervalMs: durationMs(value('serveraliveinterval')),
    serverAliveCount: wholeNumber(value('serveralivecountmax')),
    connectTimeoutMs: durationMs(value('connecttimeout')),
    connectionAttempts: wholeNumber(value('connectionattempts')),
    addressFamily: ADDRESS_FAMILIES.get(value('addressfamily')?.toLowerCase() ?? ''),
    bindAddress: value('bindaddress'),
    awaitedCommand: found.awaitedCommand,
    awaitedName: found.awaitedName,
    hasNoWholeName: found.hasNoWholeName,
  };
  return {
    alias,
    host,
    port,
    user,
    identityFiles: found.identityFiles.filter((file) => !isNone(file)).map(expandFile),
    certificateFiles: found.certificateFiles.filter((file) => !isNone(file)).map(expandFile),
    identitiesOnly: isYes(value('identitiesonly')),
    proxyJump:
      first === 'proxyjump' && jump !== undefined && !isNone(jump) ? jump.split(',').map((hop) => hop.trim()) : [],
    hashKnownHosts: isYes(value('hashknownhosts')),
    strictHostKeyChecking: strictness(value('stricthostkeychecking')),
    algorithms: algorithmChoice(value),
    login: readLogin(value),
    notJudged: [...found.notJudged, ...unusedDirectives(value)],
    ...(Object.fromEntries(Object.entries(optional).filter(([, entry]) => entry !== undefined)) as Partial<SshRoute>),
  };
}

/** One host of `ProxyJump`: `[user@]host[:port]`, also behind `ssh://`; `undefined` where it is none. */
export function parseJump(text: string): SshRouteRequest | undefined {
  const bare = text.replace(/^ssh:\/\//i, '');
  const hasUser = bare.includes('@');
  const parsed = parseSshTarget(hasUser ? bare : `nobody@${bare}`);
  if (!parsed.ok) return undefined;
  const { host, port, user } = parsed.target;
  const hasPort = /(?:\]|^[^:]*):\d+\/?$/.test(bare.slice(bare.lastIndexOf('@') + 1));
  return { host, ...(hasPort ? { port } : {}), ...(hasUser ? { user } : {}) };
}

interface Collected {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Names in the order of their first value. */
  readonly order: readonly string[];
  readonly identityFiles: readonly string[];
  readonly certificateFiles: readonly string[];
  readonly notJudged: ReadonlySet<string>;
  readonly awaitedCommand: string | undefined;
  readonly awaitedName: string | undefined;
  readonly hasNoWholeName: true | undefined;
}

function collect(
  request: SshRouteRequest,
  lines: readonly SshConfigLine[],
  { localUser, here, commandResults, resolvedNames }: Omit<SshRouteContext, 'files'>,
): Collected {
  const values = new Map<string, readonly string[]>();
  const identityFiles: string[] = [];
  const certificateFiles: string[] = [];
  const notJudged = new Set<string>();
  let awaitedCommand: string | undefined;
  const value = (name: string): string | undefined => values.get(name)?.join(' ');
  const hostName = (): string => expandTokens(values.get('hostname')?.join(' ') ?? request.host, { h: request.host });
  const succeeds = (written: string): boolean | undefined => {
    const host = hostName();
    const source = {
      alias: request.host,
      host,
      port: request.port ?? parsePort(value('port') ?? '22') ?? 22,
      user: request.user ?? value('user') ?? localUser,
      localUser,
      hostKeyName: value('hostkeyalias') ?? host,
      jumpHost: lastJump(value('proxyjump')),
    };
    const command = expandTokens(written, routeTokens(source, here));
    const result = commandResults?.get(command);
    if (result === undefined) awaitedCommand ??= command;
    return result;
  };
  const walk = (inner: readonly SshConfigLine[], isSecondReading: boolean): void => {
    for (const line of inner) {
      if (line.kind === 'block') {
        const host = hostName();
        const isApplied = line.condition.applies({
          name: isSecondReading ? host.toLowerCase() : request.host,
          alias: request.host,
          host,
          user: request.user ?? value('user') ?? localUser,
          localUser,
          tag: value('tag') ?? '',
          isSecondReading,
          succeeds,
          isInNetwork: (networks) => here?.isInNetwork(networks),
        });
        if (isApplied) walk(line.lines, isSecondReading);
        else if (line.condition.notJudged !== undefined) notJudged.add(line.condition.notJudged);
      } else {
        if (line.name === 'identityfile') identityFiles.push(line.values.join(' '));
        if (line.name === 'certificatefile') certificateFiles.push(line.values.join(' '));
        if (!values.has(line.name)) values.set(line.name, COMMANDS.has(line.name) ? [line.written] : line.values);
      }
    }
  };
  walk(lines, false);
  const isSaid = (name: string): boolean => values.has(name) && !isNone(value(name) ?? '');
  const isIndirect = isSaid('proxyjump') || isSaid('proxycommand');
  const whole = canonicalName(hostName().toLowerCase(), (name) => values.get(name), isIndirect, resolvedNames);
  if (whole.kind === 'found') values.set('hostname', [whole.host]);
  if (wantsSecondReading(lines) || isCanonicalized(value('canonicalizehostname'))) {
    // In small letters, as ssh has it from here on.
    values.set('hostname', [hostName().toLowerCase().replaceAll('%', '%%')]);
    walk(lines, true);
  }
  return {
    values,
    order: [...values.keys()],
    identityFiles: [...new Set(identityFiles)],
    certificateFiles: [...new Set(certificateFiles)],
    notJudged,
    awaitedCommand,
    awaitedName: whole.kind === 'awaited' ? whole.name : undefined,
    hasNoWholeName: whole.kind === 'missing' ? true : undefined,
  };
}

function wantsSecondReading(lines: readonly SshConfigLine[]): boolean {
  return lines.some(
    (line) => line.kind === 'block' && (line.condition.wantsSecondReading === true || wantsSecondReading(line.lines)),
  );
}

// "no" and "off" would also take a changed key; that is never done here, and for unknown hosts they mean the same as "accept-new".
function strictness(value: string | undefined): SshRoute['strictHostKeyChecking'] {
  switch (value?.toLowerCase()) {
    case 'yes':
    case 'true':
      return 'yes';
    case 'accept-new':
    case 'no':
    case 'off':
    case 'false':
      return 'accept-new';
    default:
      return 'ask';
  }
}

/** The host name of the last hop. */
function lastJump(jump: string | undefined): string {
  if (jump === undefined || isNone(jump)) return '';
  return parseJump(jump.split(',').at(-1)?.trim() ?? '')?.host ?? '';
}

function isYes(value: string | undefined): boolean {
  return value !== undefined && /^(?:yes|true)$/i.test(value);
}

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none';
}

function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** TIME FORMATS of sshd_config(5): `90`, `1m30s`, `2h`. */
function durationMs(value: string | undefined): number | undefined {
  if (value === undefined || !/^(?:\d+[smhdw]?)+$/i.test(value)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of value.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(count) * (UNIT_SECONDS.get((unit ?? '').toLowerCase()) ?? 1);
  }
  return seconds * 1000;
}

// Their quotes count.
const COMMANDS: ReadonlySet<string> = new Set(['proxycommand', 'knownhostscommand']);

const ADDRESS_FAMILIES: ReadonlyMap<string, 4 | 6> = new Map([
  ['inet', 4],
  ['inet6', 6],
]);

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
  ['w', 604_800],
]);

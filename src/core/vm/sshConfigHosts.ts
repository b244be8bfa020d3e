import SSHConfig, { glob } from 'ssh-config';
import { parsePort } from './parseSshTarget.ts';

/** A `Host` entry of an SSH config that can be picked, with what `ssh ALIAS` would use. */
export interface SshConfigHost {
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** As written, with `%` tokens replaced; may begin with `~/`. */
  readonly identityFile?: string;
  /** A directive that is needed to reach the host and that is not applied, such as `ProxyJump bastion`. */
  readonly notApplied?: string;
}

export interface SshConfigContext {
  /** The texts of the files that each `Include` value means, by the value as {@link sshConfigIncludes} gives it. */
  readonly includes: ReadonlyMap<string, readonly string[]>;
  /** Name of the person at this machine: what `ssh` takes where the config says nothing. */
  readonly localUser: string;
}

/** The entries of an SSH config that name one host (no pattern), in order; the first value of a directive wins, as ssh_config(5) says. */
export function sshConfigHosts(configText: string, context: SshConfigContext): readonly SshConfigHost[] {
  const lines = parseLines(configText, context.includes, 0);
  return namedHosts(lines).map((alias) => resolveHost(alias, lines, context.localUser));
}

/** What the entry `alias` of the config means; `undefined` where no `Host` line names it. */
export function sshConfigHost(alias: string, configText: string, context: SshConfigContext): SshConfigHost | undefined {
  const lines = parseLines(configText, context.includes, 0);
  return namedHosts(lines).includes(alias) ? resolveHost(alias, lines, context.localUser) : undefined;
}

/** The values of the `Include` directives of one file: paths or patterns, relative to `~/.ssh`, one entry for each. */
export function sshConfigIncludes(configText: string): readonly string[] {
  const values: string[] = [];
  const collect = (config: Config): void => {
    for (const line of config) {
      if (line.type !== SSHConfig.DIRECTIVE) continue;
      if (line.param.toLowerCase() === 'include') values.push(...words(line.value));
      if ('config' in line) collect(line.config);
    }
  };
  collect(safeParse(configText));
  return values;
}

type Config = ReturnType<typeof SSHConfig.parse>;
type DirectiveValue = string | readonly { readonly val: string }[];

/** `block`: the lines of a Host or Match section, or of an included file (which always applies where its line does). */
type ConfigLine =
  | { readonly kind: 'directive'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'block'; readonly condition: Condition; readonly lines: readonly ConfigLine[] };

interface Condition {
  /** Patterns of a `Host` line; absent for other blocks. */
  readonly hostPatterns?: readonly string[];
  applies(alias: string, host: string, user: string): boolean;
}

const ALWAYS: Condition = { applies: () => true };
// ssh gives up at the same depth.
const MAX_INCLUDE_DEPTH = 16;

function parseLines(
  text: string,
  includes: ReadonlyMap<string, readonly string[]>,
  depth: number,
): readonly ConfigLine[] {
  const convert = (config: Config): ConfigLine[] =>
    [...config].flatMap((line): ConfigLine[] => {
      if (line.type !== SSHConfig.DIRECTIVE) return [];
      const values = words(line.value);
      const name = line.param.toLowerCase();
      if (name === 'include') {
        if (depth >= MAX_INCLUDE_DEPTH) return [];
        return values
          .flatMap((value) => includes.get(value) ?? [])
          .map((included) => ({ kind: 'block', condition: ALWAYS, lines: parseLines(included, includes, depth + 1) }));
      }
      if (!('config' in line)) return [{ kind: 'directive', name, values }];
      const condition = 'criteria' in line ? matchCondition(line.criteria) : hostCondition(values);
      return [{ kind: 'block', condition, lines: convert(line.config) }];
    });
  return convert(safeParse(text));
}

function namedHosts(lines: readonly ConfigLine[]): readonly string[] {
  const names = new Set<string>();
  const collect = (inner: readonly ConfigLine[]): void => {
    for (const line of inner) {
      if (line.kind !== 'block') continue;
      for (const pattern of line.condition.hostPatterns ?? []) if (!/[*?!]/.test(pattern)) names.add(pattern);
      collect(line.lines);
    }
  };
  collect(lines);
  return [...names];
}

function resolveHost(alias: string, lines: readonly ConfigLine[], localUser: string): SshConfigHost {
  const found = new Map<string, string>();
  const walk = (inner: readonly ConfigLine[]): void => {
    for (const line of inner) {
      if (line.kind === 'block') {
        const host = expandTokens(found.get('hostname') ?? alias, { h: alias });
        if (line.condition.applies(alias, host, found.get('user') ?? localUser)) walk(line.lines);
      } else if (!found.has(line.name)) {
        found.set(line.name, line.values.join(' '));
      }
    }
  };
  walk(lines);

  const host = expandTokens(found.get('hostname') ?? alias, { h: alias });
  const user = found.get('user') ?? localUser;
  const identity = found.get('identityfile');
  const notApplied = ['ProxyJump', 'ProxyCommand'].flatMap((name) => {
    const value = found.get(name.toLowerCase());
    return value === undefined || value.toLowerCase() === 'none' ? [] : [`${name} ${value}`];
  })[0];
  return {
    alias,
    host,
    port: parsePort(found.get('port') ?? '22') ?? 22,
    user,
    ...(identity === undefined || identity.toLowerCase() === 'none'
      ? {}
      : { identityFile: expandTokens(identity, { h: host, n: alias, r: user, u: localUser, d: '~' }) }),
    ...(notApplied === undefined ? {} : { notApplied }),
  };
}

function hostCondition(patterns: readonly string[]): Condition {
  return { hostPatterns: patterns, applies: (alias) => matches(patterns, alias) };
}

// Only criteria that need neither a command nor the network can be judged here; a block with another one is left out.
function matchCondition(criteria: Readonly<Record<string, DirectiveValue>>): Condition {
  return {
    applies: (alias, host, user) =>
      Object.entries(criteria).every(([name, value]) => {
        const patterns = words(value).flatMap((word) => word.split(','));
        if (name.toLowerCase() === 'all') return true;
        if (name.toLowerCase() === 'host') return matches(patterns, host);
        if (name.toLowerCase() === 'originalhost') return matches(patterns, alias);
        if (name.toLowerCase() === 'user') return matches(patterns, user);
        return false;
      }),
  };
}

function matches(patterns: readonly string[], text: string): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => glob(pattern, text))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && glob(pattern, text));
}

function expandTokens(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%([%A-Za-z])/g, (whole, letter: string) => (letter === '%' ? '%' : (tokens[letter] ?? whole)));
}

function words(value: DirectiveValue): readonly string[] {
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value.map((word) => word.val);
}

// The parser throws on an unclosed quote; such a file holds nothing that can be picked.
function safeParse(text: string): Config {
  try {
    return SSHConfig.parse(text);
  } catch {
    return SSHConfig.parse('');
  }
}

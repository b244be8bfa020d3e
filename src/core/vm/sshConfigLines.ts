import SSHConfig, { glob } from 'ssh-config';

/** One file of SSH configuration. */
export interface SshConfigText {
  readonly text: string;
  /** The texts of the files that each `Include` value means, by the value as {@link sshConfigIncludes} gives it. */
  readonly includes: ReadonlyMap<string, readonly string[]>;
}

/** `block`: the lines of a Host or Match section, or of an included file (which always applies where its line does). */
export type SshConfigLine =
  | {
      readonly kind: 'directive';
      readonly name: string;
      readonly values: readonly string[];
      /** The whole value as written, quotes included: what a command line for a shell needs. */
      readonly written: string;
    }
  | { readonly kind: 'block'; readonly condition: SshConfigCondition; readonly lines: readonly SshConfigLine[] };

export interface SshConfigCondition {
  /** Patterns of a `Host` line; absent for other blocks. */
  readonly hostPatterns?: readonly string[];
  /** A criterion that cannot be judged here, such as `Match exec`: the block does not apply. */
  readonly notJudged?: string;
  applies(host: SshConfigMatch): boolean;
}

/** What `Host` and `Match` compare with. */
export interface SshConfigMatch {
  /** As the person names the host. */
  readonly alias: string;
  /** After `HostName`, as far as it is known by then. */
  readonly host: string;
  readonly user: string;
  readonly localUser: string;
}

/** The lines of the files, in order, with their includes in place; nothing of a file that cannot be read. */
export function sshConfigLines(files: readonly SshConfigText[]): readonly SshConfigLine[] {
  return files.flatMap(({ text, includes }) => parseLines(text, includes, 0));
}

/** The values of the `Include` directives of one file: paths or patterns, relative to the file's folder, one entry for each. */
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

/** Whether a text matches a list of patterns, as ssh_config(5) says under PATTERNS: a negated match refuses. */
function matchesPatterns(patterns: readonly string[], text: string): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => glob(pattern, text))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && glob(pattern, text));
}

type Config = ReturnType<typeof SSHConfig.parse>;
type DirectiveValue = string | readonly { readonly val: string; readonly quoted?: boolean }[];

const ALWAYS: SshConfigCondition = { applies: () => true };
// ssh gives up at the same depth.
const MAX_INCLUDE_DEPTH = 16;

function parseLines(
  text: string,
  includes: ReadonlyMap<string, readonly string[]>,
  depth: number,
): readonly SshConfigLine[] {
  const convert = (config: Config): SshConfigLine[] =>
    [...config].flatMap((line): SshConfigLine[] => {
      if (line.type !== SSHConfig.DIRECTIVE) return [];
      const values = words(line.value);
      const name = line.param.toLowerCase();
      if (name === 'include') {
        if (depth >= MAX_INCLUDE_DEPTH) return [];
        return values
          .flatMap((value) => includes.get(value) ?? [])
          .map((included) => ({ kind: 'block', condition: ALWAYS, lines: parseLines(included, includes, depth + 1) }));
      }
      if (!('config' in line)) return [{ kind: 'directive', name, values, written: written(line.value) }];
      const condition = 'criteria' in line ? matchCondition(line.criteria) : hostCondition(values);
      return [{ kind: 'block', condition, lines: convert(line.config) }];
    });
  return convert(safeParse(text));
}

function hostCondition(patterns: readonly string[]): SshConfigCondition {
  return { hostPatterns: patterns, applies: ({ alias }) => matchesPatterns(patterns, alias) };
}

// Only criteria that need neither a command nor the network can be judged here; a block with another one is left out.
function matchCondition(criteria: Readonly<Record<string, DirectiveValue>>): SshConfigCondition {
  const parts = Object.entries(criteria).map(([name, value]) => ({
    name: name.toLowerCase(),
    patterns: words(value).flatMap((word) => word.split(',')),
  }));
  const notJudged = parts.find(({ name }) => !JUDGED.has(name));
  return {
    ...(notJudged === undefined ? {} : { notJudged: `Match ${notJudged.name}` }),
    applies: (host) =>
      parts.every(({ name, patterns }) => {
        const judge = JUDGED.get(name);
        return judge?.(host, patterns) === true;
      }),
  };
}

type Judge = (host: SshConfigMatch, patterns: readonly string[]) => boolean;

const JUDGED: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['all', () => true],
  ['host', ({ host }, patterns) => matchesPatterns(patterns, host)],
  ['originalhost', ({ alias }, patterns) => matchesPatterns(patterns, alias)],
  ['user', ({ user }, patterns) => matchesPatterns(patterns, user)],
  ['localuser', ({ localUser }, patterns) => matchesPatterns(patterns, localUser)],
]);

function words(value: DirectiveValue): readonly string[] {
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value.map((word) => word.val);
}

function written(value: DirectiveValue): string {
  if (typeof value === 'string') return value;
  return value.map(({ val, quoted }) => (quoted === true ? `"${val.replaceAll('"', '\\"')}"` : val)).join(' ');
}

// The parser throws on an unclosed quote; such a file holds nothing that can be used.
function safeParse(text: string): Config {
  try {
    return SSHConfig.parse(text);
  } catch {
    return SSHConfig.parse('');
  }
}

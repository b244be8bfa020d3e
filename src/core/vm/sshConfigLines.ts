import SSHConfig from 'ssh-config';
import { matchesGlob } from './matchesGlob.ts';

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
  /** `Match final`: all lines are read a second time, with what the first reading has found. */
  readonly wantsSecondReading?: boolean;
  applies(host: SshConfigMatch): boolean;
}

/** What `Host` and `Match` compare with. */
export interface SshConfigMatch {
  /** What `Host` compares with: the name that the person gave, in the second reading the host's. */
  readonly name: string;
  /** As the person names the host. */
  readonly alias: string;
  /** After `HostName`, as far as it is known by then. */
  readonly host: string;
  readonly user: string;
  readonly localUser: string;
  readonly isSecondReading: boolean;
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
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesGlob(pattern.slice(1), text))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesGlob(pattern, text));
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
      const condition = name === 'match' ? matchCondition(values) : hostCondition(values);
      return [{ kind: 'block', condition, lines: convert(line.config) }];
    });
  return convert(safeParse(text));
}

function hostCondition(patterns: readonly string[]): SshConfigCondition {
  return { hostPatterns: patterns, applies: ({ name }) => matchesPatterns(patterns, name) };
}

// Only criteria that need neither a command nor the network can be judged here; a block with another one is left out.
function matchCondition(criteria: readonly string[]): SshConfigCondition {
  const parts = [...matchParts(criteria)];
  const notJudged = parts.find(({ name }) => !JUDGED.has(name));
  return {
    ...(notJudged === undefined ? {} : { notJudged: `Match ${notJudged.name}` }),
    wantsSecondReading: parts.some(({ name }) => name === 'final'),
    applies: (host) =>
      parts.every(({ name, isNegated, patterns }) => {
        const judge = JUDGED.get(name);
        return judge !== undefined && judge(host, patterns) !== isNegated;
      }),
  };
}

interface MatchPart {
  readonly name: string;
  readonly isNegated: boolean;
  readonly patterns: readonly string[];
}

function* matchParts(criteria: readonly string[]): Generator<MatchPart> {
  for (let index = 0; index < criteria.length; index += 1) {
    const written = criteria[index]?.toLowerCase() ?? '';
    const isNegated = written.startsWith('!');
    const name = isNegated ? written.slice(1) : written;
    // What `padNegated` has put behind the name is the argument that it has not.
    if (!ALONE.has(name) || isNegated) index += 1;
    yield { name, isNegated, patterns: ALONE.has(name) ? [] : (criteria[index] ?? '').split(',') };
  }
}

const ALONE: ReadonlySet<string> = new Set(['all', 'canonical', 'final']);

type Judge = (host: SshConfigMatch, patterns: readonly string[]) => boolean;

const ofHost: (text: (host: SshConfigMatch) => string) => Judge = (text) => (host, patterns) =>
  matchesPatterns(
    patterns.map((pattern) => pattern.toLowerCase()),
    text(host).toLowerCase(),
  );

const JUDGED: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['all', () => true],
  ['canonical', ({ isSecondReading }) => isSecondReading],
  ['final', ({ isSecondReading }) => isSecondReading],
  ['host', ofHost(({ host }) => host)],
  ['originalhost', ofHost(({ alias }) => alias)],
  ['user', ({ user }, patterns) => matchesPatterns(patterns, user)],
  ['localuser', ({ localUser }, patterns) => matchesPatterns(patterns, localUser)],
]);

/** The parser wants a value behind every criterion that it does not know, and throws the file away where there is none. */
function padNegated(text: string): string {
  return text.replace(/^[ \t]*match[ \t=].*$/gim, (line) => line.replace(/!(?:all|canonical|final)(?=\s|$)/gi, '$& -'));
}

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
    return SSHConfig.parse(padNegated(text));
  } catch {
    return SSHConfig.parse('');
  }
}

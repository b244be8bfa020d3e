import SSHConfig from 'ssh-config';
import { allHold, isJudged, matchCriteria, matchesPatterns, type SshConfigMatch } from './sshMatchCriteria.ts';

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
  /** A criterion that cannot be judged here, such as `Match version`: the block does not apply. */
  readonly notJudged?: string;
  /** `Match final`: all lines are read a second time, with what the first reading has found. */
  readonly wantsSecondReading?: boolean;
  applies(host: SshConfigMatch): boolean;
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
  collect(safeParse(configText).config);
  return values;
}

type Config = ReturnType<typeof SSHConfig.parse>;
type DirectiveValue = string | readonly { readonly val: string; readonly quoted?: boolean }[];

/** Names that ssh still takes, and what they are called today. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['pubkeyacceptedkeytypes', 'pubkeyacceptedalgorithms'],
  ['challengeresponseauthentication', 'kbdinteractiveauthentication'],
  ['skeyauthentication', 'kbdinteractiveauthentication'],
  ['tisauthentication', 'kbdinteractiveauthentication'],
]);
const ALWAYS: SshConfigCondition = { applies: () => true };
// ssh gives up at the same depth.
const MAX_INCLUDE_DEPTH = 16;

function parseLines(
  text: string,
  includes: ReadonlyMap<string, readonly string[]>,
  depth: number,
): readonly SshConfigLine[] {
  const { config: parsed, matchLines } = safeParse(text);
  const convert = (config: Config): SshConfigLine[] =>
    [...config].flatMap((line): SshConfigLine[] => {
      if (line.type !== SSHConfig.DIRECTIVE) return [];
      const values = line.quoted === true && typeof line.value === 'string' ? [line.value] : words(line.value);
      const param = line.param.toLowerCase();
      const name = OLD_NAMES.get(param) ?? param;
      if (name === 'include') {
        if (depth >= MAX_INCLUDE_DEPTH) return [];
        return values
          .flatMap((value) => includes.get(value) ?? [])
          .map((included) => ({ kind: 'block', condition: ALWAYS, lines: parseLines(included, includes, depth + 1) }));
      }
      if (!('config' in line)) return [{ kind: 'directive', name, values, written: written(line.value) }];
      const condition = name === 'match' ? matchCondition(matchLines[Number(values[1])] ?? '') : hostCondition(values);
      return [{ kind: 'block', condition, lines: convert(line.config) }];
    });
  return convert(parsed);
}

function hostCondition(patterns: readonly string[]): SshConfigCondition {
  return { hostPatterns: patterns, applies: ({ name }) => matchesPatterns(patterns, name) };
}

function matchCondition(text: string): SshConfigCondition {
  const criteria = matchCriteria(text);
  const notJudged = criteria.find(({ name }) => !isJudged(name));
  return {
    ...(notJudged === undefined ? {} : { notJudged: `Match ${notJudged.name}` }),
    wantsSecondReading: criteria.some(({ name }) => name === 'final'),
    applies: (host) => criteria.length > 0 && allHold(criteria, host),
  };
}

function words(value: DirectiveValue): readonly string[] {
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value.map((word) => word.val);
}

function written(value: DirectiveValue): string {
  if (typeof value === 'string') return value;
  return value.map(({ val, quoted }) => (quoted === true ? `"${val.replaceAll('"', '\\"')}"` : val)).join(' ');
}

interface ParsedConfig {
  readonly config: Config;
  /** What stands behind each `Match`; in `config` its number stands in its place. */
  readonly matchLines: readonly string[];
}

// The parser splits the criteria of `Match` in another way than ssh, and throws on those that it does not know and on an unclosed quote;
// a file with the latter holds nothing that can be used.
function safeParse(text: string): ParsedConfig {
  const matchLines: string[] = [];
  const numbered = text.replace(/^([ \t]*match)[ \t=]+(.*)$/gim, (_line, word: string, criteria: string) => {
    matchLines.push(criteria);
    return `${word} host ${matchLines.length - 1}`;
  });
  try {
    return { config: SSHConfig.parse(numbered), matchLines };
  } catch {
    return { config: SSHConfig.parse(''), matchLines: [] };
  }
}

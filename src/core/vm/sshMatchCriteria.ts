import { matchesGlob } from './matchesGlob.ts';
import { firstArgument } from './sshArguments.ts';

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
  /** `Tag`, as far as it is known by then. */
  readonly tag: string;
  readonly isSecondReading: boolean;
  /** Whether the command of a `Match exec`, as it is written, ends well; `undefined` where that is not known. */
  succeeds(command: string): boolean | undefined;
  /** Whether this machine has an address in one of the networks; `undefined` where that is not known. */
  isInNetwork(networks: readonly string[]): boolean | undefined;
}

export interface MatchCriterion {
  readonly name: string;
  readonly isNegated: boolean;
  /** As written, quotes away; empty for those that take none. */
  readonly argument: string;
}

/**
 * The criteria of a `Match` line, from what stands behind the word. Arguments are split as ssh does it; `=` may stand between the two.
 */
export function matchCriteria(text: string): readonly MatchCriterion[] {
  const criteria: MatchCriterion[] = [];
  let rest = text.trim();
  for (;;) {
    const [head, negation, written] = /^(!?)([^\s=#]+)/.exec(rest) ?? [];
    if (head === undefined || written === undefined) return criteria;
    const name = written.toLowerCase();
    rest = rest.slice(head.length);
    const criterion = { name, isNegated: negation === '!' };
    if (ALONE.has(name)) {
      criteria.push({ ...criterion, argument: '' });
      rest = rest.trimStart();
    } else {
      const taken = firstArgument(rest.replace(/^\s*=?\s*/, ''));
      criteria.push({ ...criterion, argument: taken.argument });
      rest = taken.rest;
    }
  }
}

/** Whether all criteria hold, asked in their order: one that does not hold ends the questions, so that no command is run in vain. */
export function allHold(criteria: readonly MatchCriterion[], host: SshConfigMatch): boolean {
  return criteria.every(({ name, isNegated, argument }) => {
    const holds = JUDGES.get(name)?.(host, argument);
    return holds !== undefined && holds !== isNegated;
  });
}

/** Whether a criterion can be judged here at all. */
export function isJudged(name: string): boolean {
  return JUDGES.has(name);
}

/** Whether a text matches a list of patterns, as ssh_config(5) says under PATTERNS: a negated match refuses. */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesGlob(pattern.slice(1), text))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesGlob(pattern, text));
}

const ALONE: ReadonlySet<string> = new Set(['all', 'canonical', 'final']);

type Judge = (host: SshConfigMatch, argument: string) => boolean | undefined;

const ofHost: (text: (host: SshConfigMatch) => string) => Judge = (text) => (host, argument) =>
  matchesPatterns(argument.toLowerCase().split(','), text(host).toLowerCase());

const JUDGES: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['all', () => true],
  ['canonical', ({ isSecondReading }) => isSecondReading],
  ['final', ({ isSecondReading }) => isSecondReading],
  ['host', ofHost(({ host }) => host)],
  ['originalhost', ofHost(({ alias }) => alias)],
  ['user', ({ user }, argument) => matchesPatterns(argument.split(','), user)],
  ['localuser', ({ localUser }, argument) => matchesPatterns(argument.split(','), localUser)],
  ['tagged', ({ tag }, argument) => (argument === '' ? tag === '' : matchesPatterns(argument.split(','), tag))],
  ['localnetwork', (host, argument) => host.isInNetwork(argument.split(','))],
  ['exec', (host, argument) => host.succeeds(argument)],
]);

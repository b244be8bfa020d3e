import { matchesGlob } from './matchesGlob.ts';

/**
 * The algorithms that a directive such as `Ciphers` leaves, in order (ssh_config(5)): a list replaces the usual ones, `+` adds to them,
 * `-` takes away, `^` puts first; patterns are allowed. Those that are not possible here are left out.
 */
export function chosenAlgorithms(
  specification: string | undefined,
  usual: readonly string[],
  possible: readonly string[],
): readonly string[] {
  if (specification === undefined) return usual;
  const sign = /^[-+^]/.exec(specification)?.[0];
  const patterns = specification.slice(sign === undefined ? 0 : 1).split(',');
  if (sign === '-') return usual.filter((name) => !patterns.some((pattern) => matchesGlob(pattern, name)));
  const named = patterns.flatMap((pattern) => possible.filter((name) => matchesGlob(pattern, name)));
  const all = sign === '+' ? [...usual, ...named] : sign === '^' ? [...named, ...usual] : named;
  return [...new Set(all)];
}

/** Whether the specification says the order, so that keys that are known do not come first. */
export function saysOrder(specification: string | undefined): boolean {
  return specification !== undefined && !/^[-+]/.test(specification);
}

/** What an SSH config says about algorithms, as it is written there. */
export interface SshAlgorithmChoice {
  readonly HostKeyAlgorithms?: string;
  readonly KexAlgorithms?: string;
  readonly Ciphers?: string;
  readonly MACs?: string;
  readonly PubkeyAcceptedAlgorithms?: string;
  readonly CASignatureAlgorithms?: string;
}

/** Reads {@link SshAlgorithmChoice}; `value` gives a directive's by its name in small letters. */
export function algorithmChoice(value: (name: string) => string | undefined): SshAlgorithmChoice {
  return Object.fromEntries(
    DIRECTIVES.map((name) => [name, value(name.toLowerCase())?.trim()] as const).filter(
      ([, specification]) => specification !== undefined && specification !== '',
    ),
  );
}

const DIRECTIVES: readonly (keyof SshAlgorithmChoice)[] = [
  'HostKeyAlgorithms',
  'KexAlgorithms',
  'Ciphers',
  'MACs',
  'PubkeyAcceptedAlgorithms',
  'CASignatureAlgorithms',
];

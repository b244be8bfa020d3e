import { splitArguments } from './sshArguments.ts';
import { expandTokens } from './sshTokens.ts';

/** `KnownHostsCommand` of an SSH config: a program that prints lines of known_hosts. */
export interface KnownHostsCommand {
  /** The program and its arguments, quotes away; empty where they cannot be told. */
  readonly words: readonly string[];
  /** The tokens of the route, by their letters. */
  readonly tokens: Readonly<Record<string, string>>;
}

export interface KnownHostsQuestion {
  /** `ORDER`: which key types are known, before a key is shown; `HOSTNAME`: whether the shown key is. */
  readonly reason: 'ORDER' | 'HOSTNAME';
  /** As known_hosts holds it, such as `[host]:2222`. */
  readonly name: string;
  /** What the server shows: a key or a certificate; `fingerprint` is that of the key inside. */
  readonly key?: { readonly type: string; readonly base64: string; readonly fingerprint: string };
}

/** Reads the value of the directive, split as ssh does: quotes of both kinds, and no shell. */
export function readKnownHostsCommand(
  written: string,
  tokens: Readonly<Record<string, string>>,
): KnownHostsCommand | undefined {
  return written.toLowerCase() === 'none' ? undefined : { words: splitArguments(written) ?? [], tokens };
}

/** The command line for a question; the program's own name has no tokens (ssh_config(5), KnownHostsCommand). */
export function knownHostsCommandLine(
  { words, tokens }: KnownHostsCommand,
  { reason, name, key }: KnownHostsQuestion,
): readonly string[] {
  const asked = {
    ...tokens,
    I: reason,
    H: name,
    t: key?.type ?? 'NONE',
    K: key?.base64 ?? 'NONE',
    f: key?.fingerprint ?? 'NONE',
  };
  return words.map((word, index) => (index === 0 ? word : expandTokens(word, asked)));
}

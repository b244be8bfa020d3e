import { expandVariables } from '../dockerfile/expandVariables.ts';
import type { ShellCommand } from './ShellScript.ts';
import type { ShellWord } from './ShellWord.ts';

/**
 * Puts the variables into the words that are known when the commands run: those given, and what the commands before have assigned.
 * A word with anything else in it stays as written.
 */
export function expandWords(
  commands: readonly ShellCommand[],
  given: Pick<ReadonlyMap<string, string>, 'get'>,
): readonly ShellCommand[] {
  if (!commands.some(needsExpansion)) return commands;
  // Beside those given and not a copy of them: a file may have thousands of both.
  const assigned = new Map<string, string | undefined>();
  const lookup = (name: string): string | undefined => (assigned.has(name) ? assigned.get(name) : given.get(name));
  const expand = (word: ShellWord): ShellWord => {
    if (!word.hasDollar || word.isStatic) return word;
    const value = expandVariables(word.value, lookup);
    return value === word.value ? word : word.withValue(value, !/[$`]/.test(value));
  };
  return commands.map((command) => {
    if (!needsExpansion(command)) return command;
    const words = command.words.map(expand);
    const redirects = command.redirects.map((redirect) =>
      redirect.target === undefined ? redirect : { ...redirect, target: expand(redirect.target) },
    );
    for (const { name, value } of command.assignments) {
      if (value === undefined) continue;
      const expanded = expand(value);
      assigned.set(name, expanded.isStatic ? expanded.value : undefined);
    }
    return command.with({ words, redirects });
  });
}

/** It may have variables in its words, or sets some. */
function needsExpansion({ words, assignments, redirects }: ShellCommand): boolean {
  if (assignments.length > 0) return true;
  for (const word of words) if (word.hasDollar) return true;
  for (const { target } of redirects) if (target?.hasDollar === true) return true;
  return false;
}

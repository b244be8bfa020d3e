import { expandVariables } from '../dockerfile/expandVariables.ts';
import type { ShellCommand } from './ShellScript.ts';
import { ShellWord } from './ShellWord.ts';

/**
 * Puts the variables into the words that are known when the commands run: those given, and what the commands before have assigned.
 * A word with anything else in it stays as written.
 */
export function expandWords(
  commands: readonly ShellCommand[],
  given: ReadonlyMap<string, string>,
): readonly ShellCommand[] {
  const variables = new Map(given);
  const expand = (word: ShellWord): ShellWord => {
    if (word.isStatic || !word.value.includes('$')) return word;
    const value = expandVariables(word.value, (name) => variables.get(name));
    if (value === word.value) return word;
    return new ShellWord(value, word.range, !/[$`]/.test(value), word.text);
  };
  return commands.map((command) => {
    const needsWork =
      command.assignments.length > 0 ||
      command.words.some((word) => !word.isStatic) ||
      command.redirects.some((redirect) => redirect.target?.isStatic === false);
    if (!needsWork) return command;
    const words = command.words.map(expand);
    const redirects = command.redirects.map((redirect) =>
      redirect.target === undefined ? redirect : { ...redirect, target: expand(redirect.target) },
    );
    for (const { name, value } of command.assignments) {
      if (value === undefined) continue;
      const expanded = expand(value);
      if (expanded.isStatic) variables.set(name, expanded.value);
      else variables.delete(name);
    }
    return { ...command, words, redirects };
  });
}

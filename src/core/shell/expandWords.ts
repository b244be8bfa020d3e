import { expandVariables } from '../dockerfile/expandVariables.ts';
import type { ShellCommand } from './ShellScript.ts';
import { onlyVariable, ShellWord } from './ShellWord.ts';

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
  const arrays = new Map<string, readonly ShellWord[]>();
  // Commands of which only the program is known: `ssh -p $PORT root@$HOST`.
  const commandLines = new Map<string, string>();
  const lookup = (name: string): string | undefined => (assigned.has(name) ? assigned.get(name) : given.get(name));
  let heldLength = 0;
  const expand = (word: ShellWord): ShellWord => {
    if (!word.hasDollar || word.isStatic) return word;
    const value = expandVariables(word.value, lookup);
    const variable = variableIn(word);
    const line = value === word.value && variable !== undefined ? commandLines.get(variable) : undefined;
    if (value === word.value && line === undefined) return word;
    const held = line ?? value;
    const isHeld = variable !== undefined && heldLength + held.length <= maxHeldLength;
    if (isHeld) heldLength += held.length;
    return word.withValue(value, line === undefined && !/[$`]/.test(value), isHeld ? held : undefined);
  };
  return commands.map((command) => {
    if (!needsExpansion(command)) return command;
    const words: ShellWord[] = [];
    for (const word of command.words) {
      const elements = arrays.size === 0 ? undefined : elementsOf(word, arrays);
      if (elements !== undefined) words.push(...elements);
      else if (words.length === 0) words.push(...commandOf(word, expand(word), commandLines));
      else words.push(expand(word));
    }
    const redirects =
      command.redirects.length === 0
        ? command.redirects
        : command.redirects.map((redirect) =>
            redirect.target === undefined ? redirect : { ...redirect, target: expand(redirect.target) },
          );
    for (const { name, value, elements, isAdded, isPattern } of command.assignments) {
      if (elements !== undefined) {
        const before = isAdded === true ? (arrays.get(name) ?? []) : [];
        if (before.length < maxElements)
          arrays.set(name, [...before, ...elements.flatMap((word) => elementsOf(word, arrays) ?? expand(word))]);
      }
      if (value === undefined) continue;
      const expanded = expand(value);
      const before = isAdded === true ? (lookup(name) ?? commandLines.get(name)) : '';
      const whole = before === undefined ? undefined : before + expanded.value;
      const isKnown =
        whole !== undefined &&
        whole.length <= maxLength &&
        !/[$`]/.test(before ?? '') &&
        (expanded.isStatic || isPattern === true);
      assigned.set(name, isKnown ? whole : undefined);
      if (!isKnown && whole !== undefined && commandLine.test(whole)) commandLines.set(name, whole);
      else commandLines.delete(name);
    }
    return command.with({ words, redirects });
  });
}

/** Longer ones, which grow in a loop of `+=`, are no commands. */
const maxElements = 200;

/** Of all texts that stand in a variable, each time it is used: what reads them as commands must not take long. */
const maxHeldLength = 16 * 1024;

/** More than anybody writes; a text that a loop adds to itself would grow without end. */
const maxLength = 64 * 1024;

/** The name of the variable that is all of the word. */
function variableIn({ value }: ShellWord): string | undefined {
  const found = onlyVariable.exec(value);
  return found?.[1] ?? found?.[2];
}

/** The words that `"${name[@]}"` stands for, at the place of that word. */
function elementsOf(word: ShellWord, arrays: ReadonlyMap<string, readonly ShellWord[]>): ShellWord[] | undefined {
  if (!word.hasDollar) return undefined;
  const name = /^\$\{(\w+)\[[@*]\]\}$/.exec(word.value)?.[1];
  const elements = name === undefined ? undefined : arrays.get(name);
  return elements?.map(({ value, isStatic, text }) => new ShellWord(value, word.range, isStatic, text));
}

/** A program's name and arguments, none of which a shell would work out but plain variables. */
const commandLine = /^[a-z][\w.-]* [^`'"()<>|;&\\]+$/;

/** A command that a variable without quotes holds (`$CMD`, `$SUDO`, `${INSTALL:-npm install}`) is split into words, or is none at all. */
function commandOf(
  written: ShellWord,
  word: ShellWord,
  commandLines: ReadonlyMap<string, string>,
): readonly ShellWord[] {
  const variable = word === written && !written.hasDollar ? undefined : variableIn(written);
  if (variable === undefined) return [word];
  const isPlain = written.range.end - written.range.start === written.value.length;
  if (!isPlain) return [word];
  if (!word.isStatic) {
    const line = commandLines.get(variable);
    return line === undefined
      ? [word]
      : line.split(' ').map((part) => new ShellWord(part, written.range, !part.includes('$'), written.text));
  }
  if (word.value !== '' && /^[^\s*?[\\"']+$/.test(word.value)) return [word];
  const parts = word.value.split(/\s+/).filter((part) => part !== '');
  return parts.map((part) => new ShellWord(part, word.range, true, word.text));
}

/** It may have variables in its words, or sets some. */
function needsExpansion({ words, assignments, redirects }: ShellCommand): boolean {
  if (assignments.length > 0) return true;
  for (const word of words) if (word.hasDollar) return true;
  for (const { target } of redirects) if (target?.hasDollar === true) return true;
  return false;
}

/** Splits a line into arguments as ssh does it; `undefined` where a quote is not closed. */
export function splitArguments(text: string): readonly string[] | undefined {
  const found: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const taken = firstArgument(rest);
    if (!taken.isClosed) return undefined;
    found.push(taken.argument);
    rest = taken.rest;
  }
  return found;
}

/** The first argument: quotes of both kinds, a backslash before a quote, a backslash or a blank. */
export function firstArgument(text: string): {
  readonly argument: string;
  readonly rest: string;
  readonly isClosed: boolean;
} {
  let argument = '';
  let quote = '';
  let index = 0;
  for (; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1] ?? '';
    if (character === '\\' && next !== '' && (`'"\\`.includes(next) || (quote === '' && next === ' '))) {
      argument += next;
      index += 1;
    } else if (quote === '' && /\s/.test(character)) {
      break;
    } else if (character === quote) {
      quote = '';
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else {
      argument += character;
    }
  }
  return { argument, rest: text.slice(index).trimStart(), isClosed: quote === '' };
}

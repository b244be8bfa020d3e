/**
 * Whether a command in the shell text may have one of these words, made of letters and hyphens, in it: `false` says for sure that none
 * has, and costs a fraction of parsing the text. A word that a variable holds as a whole is not seen: see `hasExpansion`.
 */
export function mayHoldWord(text: string, words: readonly string[]): boolean {
  for (const word of words) if (text.includes(word)) return true;
  return putTogether.test(text);
}

/** The text has variables in it, and so words that it does not spell out. */
export function hasExpansion(text: string): boolean {
  return expansion.test(text);
}

/**
 * A word may be spelled in parts, with quotes, escapes or variables between two of its letters: `cu"rl"`, `c\url`, `cu${NOTHING}rl`.
 * Hardly anybody does, so what such a place makes is left to the parser.
 */
const putTogether = new RegExp(
  [
    // A letter, quotes or escapes, and another letter or a variable.
    String.raw`[A-Za-z-](?:["'\\]\r?\n?)*(?:(?:["'\\]\r?\n?)[A-Za-z-]|\$[\w{])`,
    // A variable and a letter or another variable.
    String.raw`\}["'\\]*[A-Za-z$-]`,
    String.raw`\$\w+(?:["'\\]+[A-Za-z$-]|[$-])`,
    // Letters that are written as numbers.
    String.raw`\$'|\\u00`,
  ].join('|'),
);

const expansion = /\$[\w{]/;

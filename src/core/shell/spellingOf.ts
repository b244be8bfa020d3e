/**
 * How shell text spells its words: `plain` where each one stands there as it is, `variables` where some words may come out of variables
 * as a whole, `puzzle` where words may be put together from parts with quotes, escapes or variables between two of their letters:
 * `cu"rl"`, `c\url`, `cu${NOTHING}rl`. Hardly anybody does that, so what a puzzle makes is left to the parser.
 */
export type Spelling = 'plain' | 'variables' | 'puzzle';

/** Seen without parsing, at a fraction of its cost. Of the letters that words are made of: those of the alphabet, and hyphens. */
export function spellingOf(text: string): Spelling {
  if (puzzle.test(text)) return 'puzzle';
  return variable.test(text) ? 'variables' : 'plain';
}

const variable = /\$[\w{]/;

const puzzle = new RegExp(
  [
    // A letter, quotes or escapes, and another letter or a variable.
    String.raw`(?<=[A-Za-z-])(?:["'\\]\r?\n?)+(?:[A-Za-z-]|\$[\w{])`,
    String.raw`(?<=[A-Za-z-])\$[\w{]`,
    // A variable and a letter or another variable.
    String.raw`\}["'\\]*[A-Za-z$-]`,
    String.raw`\$\w+(?:["'\\]+[A-Za-z$-]|[$-])`,
    // Letters that are written as numbers.
    String.raw`\$'|\\u00`,
  ].join('|'),
);

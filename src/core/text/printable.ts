/**
 * Text of others for people to read: one line, in which nothing moves the cursor, colours, titles, hides or turns the direction of what
 * follows (control, format and separator characters of Unicode), and of which no more than `maxCharacters` are left.
 */
export function printable(text: string, maxCharacters = Number.POSITIVE_INFINITY): string {
  // What is cut off need not be read first.
  const line = text.slice(0, 2 * maxCharacters).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters)}…` : line;
}

/** The same for a line whose columns are counted: as long as it was, and tabs stay. */
export function printableLine(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\t' ? character : ' '.repeat(character.length),
  );
}

/** What a message may quote of a server's words. */
export const MAX_QUOTED_CHARACTERS = 300;

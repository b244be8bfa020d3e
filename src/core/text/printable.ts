/**
 * Text of others for a terminal: one line, in which nothing moves the cursor, colours, titles, hides or turns the direction of what
 * follows (control, format and separator characters of Unicode).
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

import { stripAnsi } from '../gateway/ansi.ts';

/**
 * What a terminal would show in the end of one line of a program's output: no sequences for colours (the builder before BuildKit puts
 * them around each piece of an error), and of a progress that a carriage return writes over only the last state.
 */
export function shownLine(text: string): string {
  const plain = stripAnsi(text).trimEnd();
  return plain.slice(plain.lastIndexOf('\r') + 1);
}

import type { TextEdit } from '../text/TextEdit.ts';
import type { InsertionPoint } from './insertionPoint.ts';

/** The edit that puts lines which run as root at a place of a Dockerfile, with empty lines around and the file's line ends. */
export function insertLines(dockerfileText: string, point: InsertionPoint, rootLines: string): TextEdit {
  const lines = point.user === undefined ? rootLines : `USER root\n${rootLines}\nUSER ${point.user}`;
  const rest = dockerfileText.slice(point.offset);
  const isBlankAbove = /(?:^|\n)[ \t]*\r?\n$/.test(dockerfileText.slice(0, point.offset)) || point.offset === 0;
  let newText = `${isBlankAbove ? '' : '\n'}${lines}\n\n`;
  if (point.isAfter) {
    const isBlankBelow = /^\r?\n(?:[ \t]*\r?\n|$)/.test(rest);
    newText = `\n\n${lines}${isBlankBelow ? '' : '\n'}`;
  }
  return { range: { start: point.offset, end: point.offset }, newText: withLineEnds(newText, dockerfileText) };
}

/** `text` with the line ends that a file has, and its character for lines that go on, which a directive at its top may change. */
export function withLineEnds(text: string, file: string): string {
  const continued = escapeDirective.test(file) ? text.replaceAll('\\\n', '`\n') : text;
  return file.includes('\r\n') ? continued.replaceAll('\n', '\r\n') : continued;
}

const escapeDirective = /^(?:#[ \t]*\w+[ \t]*=.*\n)*#[ \t]*escape[ \t]*=[ \t]*`/i;

import type { Word, WordPart } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';

/** A word with its quotes and escapes removed, each character knowing where it stands. */
export function wordText(word: Word, source: MappedText): MappedText {
  const raw = source.text;
  if (word.parts === undefined && word.value.length === word.end - word.pos) return source.slice(word.pos, word.end);
  const only = word.parts?.length === 1 ? word.parts[0] : undefined;
  if (only?.type === 'SingleQuoted') return source.slice(only.pos + 1, only.pos + 1 + only.value.length);
  const builder = source.builder(word.pos);
  const append = (at: number): void => builder.append(raw[at] ?? '', at);
  const appendUnquoted = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      if (raw[at] === '\\' && at + 1 < to) at++;
      append(at);
    }
  };
  const appendPart = (part: WordPart): void => {
    if (part.type === 'SingleQuoted') {
      for (let at = part.pos + 1; at < part.end - 1; at++) append(at);
    } else if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
      const from = part.pos + (part.type === 'LocaleString' ? 2 : 1);
      for (let at = from; at < part.end - 1; at++) {
        if (raw[at] === '\\' && '"\\$`\n'.includes(raw[at + 1] ?? ' ')) {
          at++;
          if (raw[at] === '\n') continue;
        }
        append(at);
      }
    } else if (part.type === 'AnsiCQuoted') {
      builder.appendAt(part.value, part.pos);
    } else if (part.type === 'Literal') {
      appendUnquoted(part.pos, part.end);
    } else {
      for (let at = part.pos; at < part.end; at++) append(at);
    }
  };
  if (word.parts === undefined) appendUnquoted(word.pos, word.end);
  else for (const part of word.parts) appendPart(part);
  return builder.build();
}

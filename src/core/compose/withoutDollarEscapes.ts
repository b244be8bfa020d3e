import { type MappedText, MappedTextBuilder } from '../text/MappedText.ts';

/** Compose reads `$$` as `$`. */
export function withoutDollarEscapes(text: MappedText): MappedText {
  if (!text.text.includes('$$')) return text;
  const builder = new MappedTextBuilder(text.sourceOffset(0));
  for (let at = 0; at < text.text.length; at++) {
    builder.append(text.text[at] ?? '', text.sourceOffset(at));
    if (text.text.startsWith('$$', at)) at++;
  }
  return builder.build();
}

import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import { type MappedText, MappedTextBuilder } from '../text/MappedText.ts';

/** What `echo` or `printf` write; `undefined` for other commands and for formats that take more than one argument at a time. */
export function printedText({ words }: ShellCommand): MappedText | undefined {
  const { name, argv } = unwrapCommand(words);
  const first = argv[1];
  if (first === undefined) return undefined;
  const builder = new MappedTextBuilder(first.text.sourceOffset(0));
  if (name === 'echo') {
    const operands = argv.slice(1).filter((word, index) => index > 0 || !/^-[neE]+$/.test(word.value));
    operands.forEach((word, index) => {
      if (index > 0) builder.appendAt(' ', word.text.sourceOffset(0));
      appendDecoded(builder, word.text);
    });
    const last = operands.at(-1);
    if (!/^-[eE]*n/.test(first.value) && last !== undefined) builder.appendAt('\n', last.range.end);
    return builder.build();
  }
  if (name !== 'printf') return undefined;
  const format = first.value === '--' ? argv[2] : first;
  return format === undefined ? undefined : formatted(builder, format, argv.slice(argv.indexOf(format) + 1));
}

function formatted(
  builder: MappedTextBuilder,
  format: ShellWord,
  values: readonly ShellWord[],
): MappedText | undefined {
  const { text } = format.text;
  const at = text.search(/%[sb]/);
  if (at === -1) {
    appendDecoded(builder, format.text);
    return builder.build();
  }
  if (text.indexOf('%', at + 1) !== -1) return undefined;
  for (const value of values) {
    appendDecoded(builder, format.text.slice(0, at));
    if (text[at + 1] === 'b') appendDecoded(builder, value.text);
    else for (let i = 0; i < value.text.text.length; i++) appendCharacter(builder, value.text, i);
    appendDecoded(builder, format.text.slice(at + 2));
  }
  return builder.build();
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '', '\\': '\\' };

function appendDecoded(builder: MappedTextBuilder, text: MappedText): void {
  for (let at = 0; at < text.text.length; at++) {
    const escaped = text.text[at] === '\\' ? escapes[text.text[at + 1] ?? ''] : undefined;
    if (escaped === undefined) {
      appendCharacter(builder, text, at);
      continue;
    }
    builder.appendAt(escaped, text.sourceOffset(at));
    at++;
  }
}

function appendCharacter(builder: MappedTextBuilder, text: MappedText, at: number): void {
  builder.appendAt(text.text[at] ?? '', text.sourceOffset(at));
}

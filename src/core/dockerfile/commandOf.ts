import { ShellWord } from '../shell/ShellWord.ts';
import type { MappedText } from '../text/MappedText.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { Instruction } from './Instruction.ts';

/** A command in its two forms: text for a shell, or a JSON array that no shell sees. */
export type DockerCommand =
  | { readonly form: 'shell'; readonly text: MappedText; readonly range: TextRange }
  | { readonly form: 'exec'; readonly argv: readonly ShellWord[]; readonly range: TextRange };

/** The command of a RUN, CMD, ENTRYPOINT or HEALTHCHECK; `undefined` where there is none (`HEALTHCHECK NONE`). */
export function commandOf(instruction: Instruction): DockerCommand | undefined {
  return instruction.remember(readCommand);
}

function readCommand(instruction: Instruction): DockerCommand | undefined {
  let body = instruction.body;
  if (instruction.keyword === 'HEALTHCHECK') {
    const cmd = /^CMD(?=\s|$)\s*/i.exec(body.text);
    if (cmd === null) return undefined;
    body = body.slice(cmd[0].length);
  }
  if (body.text === '') return undefined;
  const [heredoc] = instruction.heredocs;
  if (heredoc !== undefined && body.text.startsWith('<<')) {
    // `RUN <<EOF` runs the here-document; with a shebang line of another language no shell reads it.
    const text = instruction.heredocText(heredoc);
    return /^#!(?!.*\b(?:ba|da|a|z|k)?sh\b)/.test(text.text) ? undefined : { form: 'shell', text, range: heredoc.body };
  }
  const range = body.sourceRange(0, body.text.trimEnd().length);
  const argv = body.text.startsWith('[') ? readJsonWords(body) : undefined;
  return argv === undefined ? { form: 'shell', text: body, range } : { form: 'exec', argv, range };
}

/** The words of a JSON array of strings, or `undefined` where it is none: then the builder takes it for shell text. */
export function readJsonWords(body: MappedText): readonly ShellWord[] | undefined {
  const { text } = body;
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return undefined;
  } catch {
    return undefined;
  }
  const words: ShellWord[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '"') {
      at++;
      continue;
    }
    const start = at++;
    const inner = readJsonString(body, at);
    at = inner.end;
    words.push(new ShellWord(inner.text.text, body.sourceRange(start + 1, at - 1), true, inner.text));
  }
  return words;
}

/** The string whose first character is at `start`; `end` is behind its closing quote. */
function readJsonString(body: MappedText, start: number): { readonly text: MappedText; readonly end: number } {
  const { text } = body;
  const quote = text.indexOf('"', start);
  if (!text.slice(start, quote).includes('\\')) return { text: body.slice(start, quote), end: quote + 1 };
  const builder = body.builder(start - 1);
  let at = start;
  while (at < text.length && text[at] !== '"') {
    const length = text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
    if (length === 1) builder.append(text[at] ?? '', at);
    else builder.appendAt(JSON.parse(`"${text.slice(at, at + length)}"`) as string, at);
    at += length;
  }
  return { text: builder.build(), end: at + 1 };
}

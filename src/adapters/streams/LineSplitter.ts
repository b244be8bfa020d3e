import { StringDecoder } from 'node:string_decoder';

// A program that never ends its line must not fill the memory.
const MAX_LINE_CHARACTERS = 1_000_000;

/** Decodes chunks of bytes as UTF-8 and splits them at line ends (`\n` or `\r\n`), which it leaves out. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #unfinished = '';

  /** The lines that this chunk finishes. */
  push(chunk: Uint8Array): string[] {
    return this.#split(this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  }

  /** The last line, where the stream did not end with a line end. */
  end(): string[] {
    const lines = this.#split(this.#decoder.end());
    const last = this.#unfinished;
    this.#unfinished = '';
    return last === '' ? lines : [...lines, withoutReturn(last)];
  }

  #split(text: string): string[] {
    if (text === '') return [];
    const lines = text.split('\n');
    lines[0] = this.#unfinished + (lines[0] ?? '');
    this.#unfinished = lines.pop() ?? '';
    if (this.#unfinished.length > MAX_LINE_CHARACTERS) {
      lines.push(this.#unfinished);
      this.#unfinished = '';
    }
    return lines.map(withoutReturn);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

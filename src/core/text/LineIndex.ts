/** Zero-based line and UTF-16 column of a text offset. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets of one text into lines and columns. Lines end at `\n`; a `\r` before it belongs to the line. */
export class LineIndex {
  readonly #lineStarts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) this.#lineStarts.push(i + 1);
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** Offset of the first character of a line; the text's length for lines after the last. */
  lineStart(line: number): number {
    return this.#lineStarts[line] ?? this.#length;
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.#lineStarts[low] ?? 0) };
  }
}

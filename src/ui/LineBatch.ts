import type * as vscode from 'vscode';

const batchDelayMs = 20;

/** Each append to an output channel is a message to the window: lines that arrive together go together. */
export class LineBatch {
  readonly #channel: vscode.OutputChannel;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(channel: vscode.OutputChannel) {
    this.#channel = channel;
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.flush(), batchDelayMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    this.#channel.append(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}

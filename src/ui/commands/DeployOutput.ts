import type * as vscode from 'vscode';
import { LineBatch } from '../LineBatch.ts';

/** The full output of one run, in the channel "OpenClaw VM: Deploy". */
export class DeployOutput {
  readonly #channel: vscode.OutputChannel;
  readonly #lines: LineBatch;

  constructor(channel: vscode.OutputChannel) {
    this.#channel = channel;
    this.#lines = new LineBatch(channel);
  }

  begin(title: string): void {
    this.#channel.clear();
    this.#lines.add(`${new Date().toLocaleTimeString()} ${title}`);
  }

  step(title: string, argv: readonly string[] | undefined): void {
    this.#lines.add('');
    this.#lines.add(`── ${title}`);
    if (argv !== undefined) this.#lines.add(`$ ${argv.map(quoted).join(' ')}`);
  }

  line(text: string): void {
    this.#lines.add(text);
  }

  end(): void {
    this.#lines.flush();
  }
}

/** For reading, and for pasting into a shell. */
function quoted(word: string): string {
  return /^[\w./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

import * as vscode from 'vscode';
import type { TerminalSession, TerminalSize } from '../../application/ports/TerminalSession.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';

/** Shows a program's terminal, wherever the program runs, as a terminal of the editor. */
export class SessionTerminal implements vscode.Pseudoterminal {
  readonly #open: (size: TerminalSize) => Promise<TerminalSession>;
  readonly #write = new vscode.EventEmitter<string>();
  readonly #close = new vscode.EventEmitter<number | undefined>();
  #size: TerminalSize = { columns: 80, rows: 24 };
  #session: TerminalSession | undefined;
  #isClosed = false;

  readonly onDidWrite = this.#write.event;
  readonly onDidClose = this.#close.event;

  constructor(open: (size: TerminalSize) => Promise<TerminalSession>) {
    this.#open = open;
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    if (dimensions !== undefined) this.#size = dimensions;
    void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    this.#session?.close();
  }

  handleInput(data: string): void {
    this.#session?.write(data);
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.#size = dimensions;
    this.#session?.resize(dimensions);
  }

  async #run(): Promise<void> {
    try {
      const session = await this.#open(this.#size);
      this.#session = session;
      if (this.#isClosed) session.close();
      // The window may have changed while the connection was made.
      session.resize(this.#size);
      const decoder = new TextDecoder();
      for await (const bytes of session.output) this.#write.fire(decoder.decode(bytes, { stream: true }));
      const { code } = await session.exit;
      this.#close.fire(code === 0 ? undefined : code);
    } catch (error) {
      const message =
        error instanceof UserFacingError ? `${error.message} ${error.remedy}` : 'The terminal could not be opened.';
      this.#write.fire(`\r\n${message}\r\n`);
      // Not closed: the terminal would go away together with the message.
    }
  }
}

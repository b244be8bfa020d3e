import type { CommandExit } from './CommandRunner.ts';

/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A program on a terminal. */
export interface TerminalSession {
  /** What it shows, as it comes; ends with the program. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Resolves when it has ended; rejects where the connection broke. */
  readonly exit: Promise<CommandExit>;
  write(text: string): void;
  resize(size: TerminalSize): void;
  /** Hangs up, as closing a terminal window does. */
  close(): void;
}

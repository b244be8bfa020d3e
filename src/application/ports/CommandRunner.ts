/** Runs programs on one machine. Arguments are a list; only the adapter quotes, where a shell is in between. */
export interface CommandRunner {
  /**
   * Starts `argv[0]` at once. Aborting `options.signal` ends the program and its children there (SIGINT first, SIGKILL after a few
   * seconds), then `exit` rejects with the signal's reason.
   */
  run(argv: readonly string[], options?: RunOptions): RunningCommand;
}

export interface RunOptions {
  /** A folder on that machine. */
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

export interface RunningCommand {
  /** Decoded as UTF-8 and split at line ends (without them), both streams in order of arrival. Must be read to its end. */
  readonly lines: AsyncIterable<OutputLine>;
  /** Resolves when the program has ended and `lines` is complete; rejects when it could not be started or the connection broke. */
  readonly exit: Promise<CommandExit>;
}

export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface CommandExit {
  /** Exit code; `undefined` where a signal ended the program. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

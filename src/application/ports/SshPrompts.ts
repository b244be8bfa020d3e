/**
 * Asks the person for what a server or a key wants to know. Each answers `undefined` where they do not want to. `attempt` counts from
 * 1 for each connection: from 2 on, what was given before was wrong.
 */
export interface SshPrompts {
  /** For an encrypted private key on this machine; the server knows nothing of it. */
  passphrase(keyFile: string, attempt: number): Promise<string | undefined>;
  /** `address`: `user@host:port`. */
  password(address: string, attempt: number): Promise<string | undefined>;
  /** Questions in the server's own words (RFC 4256), which may be anything; one answer for each. */
  answers(address: string, questions: ServerQuestions, attempt: number): Promise<readonly string[] | undefined>;
  /** The server let us in: what was asked for was right. */
  accepted(address: string): void;
}

export interface ServerQuestions {
  readonly title: string;
  readonly instructions: string;
  readonly questions: readonly { readonly text: string; readonly isSecret: boolean }[];
}

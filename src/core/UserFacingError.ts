/**
 * A failure that a person reads: what failed and where (`message`), what to do next (`remedy`).
 * The `cause` goes to the log channel only. Neither text may hold a secret.
 */
export class UserFacingError extends Error {
  /** One sentence in the imperative: the next step. */
  readonly remedy: string;

  constructor(message: string, options: { readonly remedy: string; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserFacingError';
    this.remedy = options.remedy;
  }
}

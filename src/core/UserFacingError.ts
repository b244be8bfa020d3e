/**
 * A failure that a person reads: what failed and where (`message`), what to do next (`remedy`).
 * The `cause` goes to the log channel only. Neither text may hold a secret.
 */
export class UserFacingError extends Error {
  /** By shape: the bundle that is loaded on first use has a copy of this class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && 'remedy' in value;
  }

  /** One sentence in the imperative: the next step. */
  readonly remedy: string;

  constructor(message: string, options: { readonly remedy: string; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserFacingError';
    this.remedy = options.remedy;
  }
}

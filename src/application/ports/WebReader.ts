/** Reads texts over HTTPS. */
export interface WebReader {
  /** Follows redirects. Rejects only when it is aborted. */
  read(address: string, options: WebReadOptions): Promise<WebAnswer>;
}

export interface WebReadOptions {
  /** A longer answer is none. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export type WebAnswer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'notFound' }
  /** `untilUnixMs`: when it answers again, where it says so. */
  | { readonly kind: 'rateLimited'; readonly untilUnixMs?: number }
  /** `reason` is the end of a sentence, such as `it did not answer within 20 seconds`. */
  | { readonly kind: 'failed'; readonly reason: string };

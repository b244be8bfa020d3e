import type { TextRange } from './TextRange.ts';

/** Replaces `range` of a text by `newText`; an empty range inserts. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

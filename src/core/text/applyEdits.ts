import type { TextEdit } from './TextEdit.ts';

/**
 * Applies edits that refer to the original text, in any order. Insertions at one offset keep the order in which they are given.
 * Of edits that overlap only the first (by position) is applied.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const inOrder = edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let result = '';
  let copiedTo = 0;
  for (const edit of inOrder) {
    if (edit.range.start < copiedTo) continue;
    result += text.slice(copiedTo, edit.range.start) + edit.newText;
    copiedTo = edit.range.end;
  }
  return result + text.slice(copiedTo);
}

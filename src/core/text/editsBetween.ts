import { diffArrays } from 'diff';
import type { TextEdit } from './TextEdit.ts';

/** The edits that make one text of another, by whole lines: lines that both have stay untouched. */
export function editsBetween(before: string, after: string): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let pending: { start: number; end: number; newText: string } | undefined;
  for (const part of diffArrays(linesOf(before), linesOf(after))) {
    const text = part.value.join('');
    if (!part.added && !part.removed) {
      if (pending !== undefined) edits.push(toEdit(pending));
      pending = undefined;
      at += text.length;
      continue;
    }
    pending ??= { start: at, end: at, newText: '' };
    if (part.added) pending.newText += text;
    else {
      at += text.length;
      pending.end = at;
    }
  }
  if (pending !== undefined) edits.push(toEdit(pending));
  return edits;
}

function toEdit({ start, end, newText }: { start: number; end: number; newText: string }): TextEdit {
  return { range: { start, end }, newText };
}

/** Each with its line end. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

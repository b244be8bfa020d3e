import type { Instruction } from '../dockerfile/Instruction.ts';
import type { TextRange } from '../text/TextRange.ts';

/** The variables that an ENV or an ARG sets. */
export function assignmentsOf(instruction: Instruction): readonly Assignment[] {
  const [first, second] = instruction.words;
  if (first === undefined) return [];
  if (instruction.keyword === 'ENV' && !first.value.includes('=')) {
    // The old form, ENV NAME the value, takes the rest of the line as it is.
    const last = instruction.words.at(-1);
    if (second === undefined || last === undefined) return [];
    const range = { start: second.range.start, end: last.range.end };
    return [{ name: first.value, value: instruction.sourceText(range), range }];
  }
  return instruction.words.flatMap((word) => {
    const equals = word.value.indexOf('=');
    if (equals <= 0) return [];
    const start = word.range.start + equals + 1;
    return [
      { name: word.value.slice(0, equals), value: word.value.slice(equals + 1), range: { start, end: word.range.end } },
    ];
  });
}

export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** Of the value. */
  readonly range: TextRange;
}

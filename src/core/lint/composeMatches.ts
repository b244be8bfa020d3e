import type { ComposeFile } from '../compose/ComposeFile.ts';

/** Whether something stands anywhere in a compose file: looked for once, however many services of the file ask. */
export function composeMatches(compose: ComposeFile, pattern: RegExp): boolean {
  let answers = known.get(compose);
  if (answers === undefined) {
    answers = new Map();
    known.set(compose, answers);
  }
  let answer = answers.get(pattern.source);
  if (answer === undefined) {
    answer = pattern.test(compose.text);
    answers.set(pattern.source, answer);
  }
  return answer;
}

const known = new WeakMap<ComposeFile, Map<string, boolean>>();

import { stripAnsi } from './ansi.ts';

/** A log line as the program wrote it: without the `service-1  | ` that compose puts before it and without terminal sequences. */
export function cleanLogLine(raw: string): string {
  return stripAnsi(stripComposePrefix(raw)).trimEnd();
}

const esc = '\u001b';
const sequences = `(?:${esc}\\[[0-?]*[ -/]*[@-~])*`;
/** `name-1  | ` (v2), `name_1 | ` (v1), and a `container_name` of one's own, which is recognised by its padding only. */
const composePrefix = new RegExp(
  `^${sequences}(?:[A-Za-z0-9][\\w.-]*[-_]\\d+ +|[A-Za-z0-9][\\w.-]* {2,})\\|${sequences} ?${sequences}`,
);
const eraseSequences = new RegExp(`${esc}\\[\\d?[JK]`, 'g');

/** Removes the prefix and what `docker compose logs` prints to erase the line; keeps the program's own colours. */
export function stripComposePrefix(raw: string): string {
  return raw.replace(eraseSequences, '').replace(composePrefix, '');
}

import type { LogLine } from './LogLine.ts';

/**
 * One line for an output channel, where the grammar colours it: `<time> <level> [<subsystem>] <message>`, each part only where the
 * line has it. The level is padded to five characters so that the columns stay.
 */
export function formatLogLine(line: LogLine): string {
  const head = [line.time, line.level?.padEnd(5), line.subsystem === undefined ? undefined : `[${line.subsystem}]`];
  return [...head, line.message].filter((part) => part !== undefined).join(' ');
}

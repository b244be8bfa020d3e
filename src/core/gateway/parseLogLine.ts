import { splitColours } from './ansi.ts';
import { stripComposePrefix } from './cleanLogLine.ts';
import type { LogLevel, LogLine } from './LogLine.ts';

/**
 * Reads one raw line of a gateway's log in any of its formats (text with a time of day or an ISO time, console JSON, log file JSON,
 * bare text). Text styles print no level: there it is the colour of the message, where the line is coloured.
 * Source of the formats: OpenClaw documentation, gateway/logging.
 */
export function parseLogLine(raw: string): LogLine {
  const { plain, colourAt } = splitColours(stripComposePrefix(raw));
  const text = plain.trimEnd();
  if (text.startsWith('{') && text.endsWith('}')) {
    const fromJson = parseJsonLine(text);
    if (fromJson !== undefined) return fromJson;
  }
  const head = textHead.exec(text);
  const time = head?.[1];
  const subsystem = head?.[2];
  const message = text.slice(head?.[0].length ?? 0);
  const level = levelOfColour(colourAt(text.length - message.length));
  return {
    ...(time === undefined ? {} : { time }),
    ...(subsystem === undefined ? {} : { subsystem }),
    ...(level === undefined ? {} : { level }),
    message,
  };
}

const textHead =
  /^(?:(\d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))(?:\s+|$))?(?:\[([A-Za-z][\w/.:-]*)\](?:\s+|$))?/;

function levelOfColour(colour: number | undefined): LogLevel | undefined {
  switch (colour) {
    case 31:
    case 91:
      return 'error';
    case 33:
    case 93:
      return 'warn';
    case 36:
    case 96:
      return 'info';
    case 90:
      return 'debug';
    default:
      return undefined;
  }
}

function parseJsonLine(text: string): LogLine | undefined {
  const record = parseObject(text);
  if (record === undefined) return undefined;
  const meta = objectOf(record['_meta']);
  const message = stringOf(record['message']) ?? numberedMessage(record, meta !== undefined);
  if (message === undefined) return undefined;
  const time = stringOf(record['time']) ?? stringOf(meta?.['date']);
  const subsystem = stringOf(record['subsystem']) ?? stringOf(parseObject(stringOf(record['0']) ?? '')?.['subsystem']);
  const level = levelOfName(stringOf(record['level']) ?? stringOf(meta?.['logLevelName']));
  return {
    ...(time === undefined ? {} : { time }),
    ...(subsystem === undefined ? {} : { subsystem }),
    ...(level === undefined ? {} : { level }),
    message,
  };
}

/** The log file keeps the arguments of a call under "0", "1", …; the first may name the subsystem. */
function numberedMessage(record: Readonly<Record<string, unknown>>, isLogFile: boolean): string | undefined {
  if (!isLogFile) return undefined;
  const parts: string[] = [];
  for (let index = 0; String(index) in record; index++) {
    const part = record[String(index)];
    const text = typeof part === 'string' ? part : JSON.stringify(part);
    const namesSubsystem = index === 0 && parseObject(text)?.['subsystem'] !== undefined;
    if (!namesSubsystem) parts.push(text);
  }
  return parts.length === 0 ? undefined : parts.join(' ');
}

function levelOfName(name: string | undefined): LogLevel | undefined {
  switch (name?.toLowerCase()) {
    case 'fatal':
      return 'fatal';
    case 'error':
      return 'error';
    case 'warn':
    case 'warning':
      return 'warn';
    case 'info':
      return 'info';
    case 'debug':
      return 'debug';
    case 'trace':
    case 'silly':
      return 'trace';
    default:
      return undefined;
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * An engine's ISO 8601 time (`2026-11-22T08:19:39.080123456Z`) as the seconds with nanoseconds that its log filter takes. `0` (from the
 * beginning) where the text is no time, as for a container that never started.
 */
export function unixTime(isoTime: string): string {
  const match = /^(.*?)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/.exec(isoTime);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(milliseconds) || milliseconds < 0) return '0';
  return `${milliseconds / 1000}.${(match?.[2] ?? '').padEnd(9, '0')}`;
}

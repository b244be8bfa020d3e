import type { LogLine } from './LogLine.ts';
import { parseLogLine } from './parseLogLine.ts';

/** `httpOnly`: the port answers, channels do not yet. `starting`: one of the lines before that. */
export type ReadyLineKind = 'ready' | 'httpOnly' | 'starting';

/** What a raw log line says about the start of a gateway of any era; `undefined` where it says nothing about it. */
export function readyLine(raw: string): ReadyLineKind | undefined {
  return readyLineOf(parseLogLine(raw));
}

/** The same for a line that is parsed already. Only the gateway's own subsystem counts: plugins get ready too. */
export function readyLineOf(line: LogLine): ReadyLineKind | undefined {
  if (line.subsystem !== 'gateway') return undefined;
  return markers.find(([, pattern]) => pattern.test(line.message))?.[0];
}

/** January to mid April 2026 `listening on ws://`; late April `ready (5 plugins: …)`; from May `http server listening`, then `ready`. */
const markers: readonly (readonly [ReadyLineKind, RegExp])[] = [
  ['ready', /^listening on wss?:\/\//],
  ['ready', /^ready(?: \(.*\))?$/],
  ['httpOnly', /^http server listening\b/],
  [
    'starting',
    /^(?:loading configuration|resolving authentication|starting(?:\.\.\.|\u2026| HTTP server| channels and sidecars))/,
  ],
];

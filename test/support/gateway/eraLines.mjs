/**
 * What the gateway of each era prints and answers, line by line.
 *
 * Sources: the runtime pages of each era, and for 2026-09 the output of openclaw 2026.9.6 itself (2026-04 and 2026-05 print the
 * subset of those lines that their era had).
 *
 * A line is `[subsystem, message, level?]`; warnings and errors go to stderr, as there.
 */
const seededOrigins = (port) =>
  `seeded gateway.controlUi.allowedOrigins ["http://localhost:${port}","http://127.0.0.1:${port}"] for bind=lan ` +
  '(required since v2026.2.26; see issue #29385). Applied for this runtime without writing config; add other origins to ' +
  'gateway.controlUi.allowedOrigins if needed.';
const nonLoopback =
  '⚠️  Gateway is binding to a non-loopback address. Ensure authentication is configured before exposing to public networks.';
const budget =
  'drain=315000ms shutdown=325000ms reserve=10000ms exitMargin=5000ms; source=Gateway stop policy=330000ms';
const logFile = () => `log file: /tmp/openclaw/openclaw-${new Date().toISOString().slice(0, 10)}.log`;
const healthMonitor = 'started (interval: 300s, startup-grace: 60s, channel-connect-grace: 120s)';
const signalLine = (signal) => ['gateway', `received ${signal}; shutting down`];

/** `timestamp`: the era's own, off a terminal. `beforeHttp`, `beforeReady`, `ready`: the lines up to each step. */
export const eras = {
  '2026-01': {
    timestamp: (now) => now.toTimeString().slice(0, 8),
    isTokenRequired: false,
    hasProbes: false,
    beforeHttp: () => [],
    beforeReady: () => [],
    ready: (port) => [
      ['gateway', 'agent model: anthropic/claude-opus-4-5'],
      ['gateway', `listening on ws://0.0.0.0:${port} (PID ${process.pid})`],
      ['gateway', logFile()],
    ],
    stop: (signal) => [signalLine(signal)],
  },
  '2026-04': {
    timestamp: (now) => now.toISOString(),
    isTokenRequired: true,
    hasProbes: true,
    beforeHttp: () => [['gateway', 'starting...']],
    beforeReady: (port) => [
      ['gateway', seededOrigins(port)],
      ['gateway', nonLoopback, 'warn'],
      ['health-monitor', healthMonitor],
    ],
    ready: (_port, seconds) => [
      ['gateway', `ready (5 plugins: browser, device-pair, memory-core, phone-control, talk-voice; ${seconds}s)`],
      ['gateway', logFile()],
      ['heartbeat', 'started'],
    ],
    stop: (signal) => [signalLine(signal)],
  },
  '2026-05': {
    timestamp: localTime,
    isTokenRequired: true,
    hasProbes: true,
    beforeHttp: (port) => [
      ['gateway', 'starting...'],
      ['gateway', seededOrigins(port)],
      ['gateway', nonLoopback, 'warn'],
      ['health-monitor', healthMonitor],
    ],
    beforeReady: (_port, seconds) => [
      [
        'gateway',
        `http server listening (5 plugins: browser, device-pair, memory-core, phone-control, talk-voice; ${seconds}s)`,
      ],
      ['gateway', logFile()],
      ['gateway', 'starting channels and sidecars...'],
    ],
    ready: () => [
      ['gateway', 'ready'],
      ['heartbeat', 'started'],
    ],
    stop: (signal) => [signalLine(signal)],
  },
  '2026-09': {
    timestamp: localTime,
    isTokenRequired: true,
    hasProbes: true,
    hasStartupProbe: true,
    beforeAuthentication: () => [
      ['gateway', 'loading configuration…'],
      ['gateway', 'resolving authentication…'],
    ],
    beforeHttp: (port) => [
      ['gateway', 'starting...'],
      ['gateway', `shutdown budget at startup: ${budget}`],
      ['gateway', `spawn broker ready pid=${process.pid + 21}`],
      ['gateway', seededOrigins(port)],
      ['gateway', 'starting HTTP server...'],
      ['health-monitor', healthMonitor],
      ['gateway', nonLoopback, 'warn'],
    ],
    beforeReady: (_port, seconds) => [
      ['gateway', 'agent model: openai/gpt-6-astra (thinking=medium, fast=off)'],
      [
        'gateway',
        'http server listening (14 plugins: anthropic, browser, canvas, cua-computer, device-pair, file-transfer, geolocation, ' +
          `github, linux-node, memory-core, ollama, openai, talk-voice, xai; ${seconds}s)`,
      ],
      ['gateway', logFile()],
      ['gateway', 'starting channels and sidecars...'],
    ],
    ready: () => [
      ['plugins', 'memory-core: created managed dreaming cron job.'],
      [
        'gateway',
        'startup outcomes: internal-hooks=skipped (not-configured); internal-startup-hook=skipped (no-handlers-loaded); ' +
          'gateway-start-hooks=scheduled; gmail-watcher=skipped (hooks-disabled); gmail-model=skipped (not-configured)',
      ],
      ['gateway', 'ready'],
      ['heartbeat', 'started'],
    ],
    stop: (signal) => [
      ['admission', `closed: stop (${signal})`],
      signalLine(signal),
      ['gateway', `shutdown budget at shutdown: ${budget}`],
      ['gateway', 'active-work drain settled; beginning server close'],
      ['gmail-watcher', 'gmail watcher stopped'],
      ['shutdown', 'completed cleanly in 89ms'],
    ],
  },
};

/** The refusal without a token: its first line bears a time stamp and no subsystem, the rest neither. */
export const refusalWithoutToken = [
  'Refusing to bind gateway to lan without auth.',
  'Container environment detected — the gateway defaults to bind=auto (0.0.0.0) for port-forwarding compatibility.',
  'Set OPENCLAW_GATEWAY_TOKEN or OPENCLAW_GATEWAY_PASSWORD, or pass --token/--password *** start with auth.',
];

/** Start failures that can be asked for: what they print, and their exit code. */
export const failures = {
  'missing-config': {
    exitCode: 78,
    lines: ['Missing config. Run `openclaw setup` or set gateway.mode=local (or pass --allow-unconfigured).'],
  },
  'invalid-config': {
    exitCode: 78,
    lines: [
      'Invalid config at /home/node/.openclaw/openclaw.json:',
      'openclaw.json:1 — gateway: Unrecognized key: "x"',
    ],
  },
  'state-not-writable': {
    exitCode: 78,
    lines: ["EACCES: permission denied, mkdir '/home/node/.openclaw/state'"],
  },
  'already-running': {
    exitCode: 1,
    lines: ['another gateway instance is already listening on ws://127.0.0.1:18789'],
  },
  'newer-config': {
    exitCode: 1,
    lines: ['Your OpenClaw config was written by version 2026.9.6, but this command is running 2026.5.12.'],
  },
};

/** ISO 8601 with the local offset, as the current gateway prints it. */
function localTime(now) {
  const offsetMinutes = -now.getTimezoneOffset();
  const two = (value) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  const local = new Date(now.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(offsetMinutes / 60)}:${two(offsetMinutes % 60)}`;
}

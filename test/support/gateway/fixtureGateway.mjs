/**
 * The fixture gateway: a small server that prints what the OpenClaw Gateway of an era prints, and answers its probes.
 * For suites where speed matters; suites that must see real state use the real gateway (image `openclaw-app`).
 *
 * Environment:
 * - OPENCLAW_ERA: 2026-01, 2026-04, 2026-05 or 2026-09 (default)
 * - OPENCLAW_GATEWAY_TOKEN: without it the eras from April 2026 on refuse to start (exit 78)
 * - OPENCLAW_GATEWAY_PORT: default 18789
 * - FIXTURE_START_DELAY_MS: from process start to ready (default 300); HTTP answers from half of it on
 * - FIXTURE_STOP_DELAY_MS: from SIGTERM to exit (default 80); `ignore` never ends, so that Docker kills it
 * - FIXTURE_FAILURE: ends instead of starting, as one of `failures` in eraLines.mjs
 * - FIXTURE_NEVER_READY=1: stays live and not ready
 * - FIXTURE_CHATTER_MS: prints a further line each so many milliseconds
 * - FIXTURE_LOG_STYLE=json: `logging.consoleStyle: json`
 * - NO_COLOR: no colours; FORCE_COLOR or a TERM other than `dumb`: colours, terminal or not, as the real one
 */
import { createServer } from 'node:http';
import { eras, failures, refusalWithoutToken } from './eraLines.mjs';

const env = process.env;
const eraName = env.OPENCLAW_ERA ?? '2026-09';
const era = eras[eraName];
if (era === undefined) {
  process.stderr.write(`OPENCLAW_ERA is "${eraName}"; known: ${Object.keys(eras).join(', ')}\n`);
  process.exit(2);
}
const port = Number(env.OPENCLAW_GATEWAY_PORT ?? 18789);
const startDelayMs = Number(env.FIXTURE_START_DELAY_MS ?? 300);
const startedAt = performance.now();
const hasColour =
  !env.NO_COLOR &&
  (Boolean(env.FORCE_COLOR) || (env.TERM !== undefined && env.TERM !== 'dumb') || process.stdout.isTTY);
/** Colours of the subsystem's tag and headers of every answer, as seen with 2026.9.6. */
const subsystemColours = { 'health-monitor': 32, admission: 32, plugins: 35, 'gmail-watcher': 34, shutdown: 33 };
const securityHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(self), geolocation=()',
};
let state = 'starting';

print(era.beforeAuthentication?.() ?? []);
if (era.isTokenRequired && !env.OPENCLAW_GATEWAY_TOKEN && !env.OPENCLAW_GATEWAY_PASSWORD) fail(refusalWithoutToken, 78);
if (env.FIXTURE_FAILURE) {
  const failure = failures[env.FIXTURE_FAILURE];
  if (failure === undefined) fail([`FIXTURE_FAILURE is "${env.FIXTURE_FAILURE}"; known: ${Object.keys(failures)}`], 2);
  fail(failure.lines, failure.exitCode);
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal));

print(era.beforeHttp(port));
await pause(startDelayMs / 2);
const server = createServer(answer);
server.on('error', (error) => {
  if (error.code !== 'EADDRINUSE') throw error;
  fail([`another gateway instance is already listening on ws://0.0.0.0:${port}`], 1);
});
await new Promise((resolve) => server.listen(port, '0.0.0.0', resolve));
print(era.beforeReady(port, elapsedSeconds()));
await pause(startDelayMs / 2);
if (env.FIXTURE_NEVER_READY !== '1' && state === 'starting') {
  state = 'started';
  print(era.ready(port, elapsedSeconds()));
}
if (env.FIXTURE_CHATTER_MS) {
  let count = 0;
  setInterval(() => print([['heartbeat', `tick ${++count}`]]), Number(env.FIXTURE_CHATTER_MS));
}

function answer(request, response) {
  const path = new URL(request.url, 'http://gateway').pathname;
  // The details are for callers on the same machine only.
  const isLocal = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress);
  const uptimeMs = Math.round(performance.now() - startedAt);
  const isReady = state === 'started';
  if (era.hasProbes && ['/healthz', '/health'].includes(path)) return json(response, 200, { ok: true, status: 'live' });
  if (era.hasProbes && ['/readyz', '/ready'].includes(path)) {
    const failing = isReady ? [] : [state === 'draining' ? 'draining' : 'startup-sidecars'];
    return json(response, isReady ? 200 : 503, { ready: isReady, ...(isLocal ? { failing, uptimeMs } : {}) });
  }
  if (era.hasStartupProbe && path === '/startupz') {
    const pending = isReady ? {} : { pendingReason: 'startup-sidecars' };
    const details = isLocal ? { version: '2026.9.6', uptimeMs, ...pending } : {};
    return json(response, isReady ? 200 : 503, { ok: isReady, status: state, ...details });
  }
  // Any other path is the Control UI's page, with status 200.
  response.writeHead(200, {
    ...securityHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-cache',
  });
  response.end('<!doctype html><html lang="en"><head><title>OpenClaw Control</title></head><body></body></html>\n');
}

function json(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...securityHeaders,
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function stop(signal) {
  if (state === 'draining' || env.FIXTURE_STOP_DELAY_MS === 'ignore') return;
  state = 'draining';
  print(era.stop(signal));
  await pause(Number(env.FIXTURE_STOP_DELAY_MS ?? 80));
  process.exit(0);
}

/** Prints `[subsystem, message, level?]` lines in the style of the era; warnings and errors on stderr. */
function print(lines) {
  for (const [subsystem, message, level = 'info'] of lines) {
    const stream = level === 'info' ? process.stdout : process.stderr;
    const time = era.timestamp(new Date());
    if (env.FIXTURE_LOG_STYLE === 'json') {
      stream.write(`${JSON.stringify({ time, level, subsystem, message })}\n`);
    } else {
      const messageColour = level === 'info' ? 36 : level === 'warn' ? 33 : 31;
      const tag = colour(subsystemColours[subsystem] ?? 36, `[${subsystem}]`);
      // The model's name stands out within its line.
      const text = hasColour ? message.replace(/^(agent model: )(\S+)/, '$1\u001b[97m$2\u001b[39m\u001b[36m') : message;
      stream.write(`${colour(90, time)} ${tag} ${colour(messageColour, text)}\n`);
    }
  }
}

/** Early failures bear the time only on their first line and are never coloured. */
function fail(lines, exitCode) {
  const [first, ...rest] = lines;
  process.stderr.write(`${[`${era.timestamp(new Date())} ${first}`, ...rest].join('\n')}\n`);
  process.exit(exitCode);
}

function colour(code, text) {
  return hasColour ? `\u001b[${code}m${text}\u001b[39m` : text;
}

function elapsedSeconds() {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}

function pause(durationMs) {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

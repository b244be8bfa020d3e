import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProblems } from '../../../../src/core/gateway/findProblems.ts';
import { problems } from '../../../../src/core/gateway/problems.ts';
import { outputLines } from '../../../support/outputs.ts';

function ids(...lines: readonly string[]): readonly string[] {
  return findProblems(lines).map((problem) => problem.id);
}

/** What gateways print, with the problem that it is. */
const printed: readonly (readonly [string, string])[] = [
  ['missing-config', 'Missing config. Run `openclaw setup` or set gateway.mode=local (or pass --allow-unconfigured).'],
  ['gateway-mode-missing', 'Gateway start blocked: existing config is missing gateway.mode. Set it.'],
  [
    'gateway-mode-remote',
    'Gateway start blocked: set gateway.mode=local (current: remote) or pass --allow-unconfigured.',
  ],
  ['bind-without-auth', 'Refusing to bind gateway to lan without auth.'],
  ['bind-without-auth', 'refusing to bind gateway to 0.0.0.0:18789 without auth'],
  ['password-missing', 'Gateway auth is set to password, but no password is configured.'],
  [
    'placeholder-token',
    'gateway auth token is blank, a published example placeholder, or the literal string undefined/null',
  ],
  ['invalid-config', 'Invalid config at /home/node/.openclaw/openclaw.json:'],
  ['port-in-use', 'another gateway instance is already listening on ws://127.0.0.1:18789'],
  ['port-in-use', 'Error: listen EADDRINUSE: address already in use 0.0.0.0:18789'],
  ['port-in-use', 'Port 18789 is already in use.'],
  ['state-locked', 'gateway already running (pid 7); lock timeout after 5000ms'],
  ['state-locked', 'state directory is locked by pid 7'],
  ['state-not-writable', "Error: EACCES: permission denied, mkdir '/home/node/.openclaw/state'"],
  [
    'state-not-writable',
    "EACCES: permission denied, open '/home/node/.openclaw/openclaw.json.7.5b1c9a2e-0000-4000-8000-000000000000.tmp'",
  ],
  ['auth-key-folder-not-writable', "EACCES: permission denied, mkdir '/home/node/.config/openclaw'"],
  ['config-bound-as-file', "EBUSY: resource busy or locked, rename '/home/node/.openclaw/openclaw.json.tmp'"],
  ['control-ui-origins', 'non-loopback Control UI requires gateway.controlUi.allowedOrigins'],
  ['trusted-proxies-missing', 'gateway auth mode=trusted-proxy requires gateway.trustedProxies'],
  ['custom-bind-host-missing', 'gateway.bind=custom requires gateway.customBindHost'],
  ['tailscale-needs-loopback', 'tailscale serve/funnel requires gateway bind=loopback'],
  ['invalid-bind', 'Invalid --bind. Use "loopback", "lan", "tailnet", "auto", or "custom".'],
  ['migrations-incomplete', 'startup migrations did not complete cleanly; refusing to report the gateway ready'],
  ['state-migration-required', 'The state in /home/node/.openclaw requires state migration.'],
  [
    'config-from-newer-version',
    'Your OpenClaw config was written by version 2026.9.6, but this command is running 2026.5.1.',
  ],
  ['database-from-newer-version', 'database schema(s) are newer than this build'],
  ['node-too-old', 'Node v22.12.0 is unsupported; OpenClaw requires >=24.16.0'],
  ['node-too-old', 'node:sqlite is unavailable; use 24.16+/26.1+'],
  ['restart-loop', 'restart-loop breaker tripped: 5 failed boots'],
  ['channel-restarting', '[default] auto-restart attempt 3/10 in 40s'],
  ['channel-restarting', '[default] giving up after 10 restart attempts'],
  ['plugin-ownership', 'blocked plugin candidate: suspicious ownership (/p, uid=0, expected uid=1000 or root)'],
  ['plugin-world-writable', 'blocked plugin candidate: world-writable path (/p, mode=777)'],
  ['token-mismatch', 'unauthorized: gateway token mismatch (open the dashboard)'],
  ['token-mismatch', 'AUTH_TOKEN_MISMATCH'],
  ['device-token-mismatch', 'unauthorized: device token mismatch (rotate/reissue device token)'],
  ['pairing-required', 'disconnected (1008): pairing required'],
  ['origin-not-allowed', 'origin not allowed (open the Control UI from the gateway host or allow it)'],
  ['dangerous-flags', 'security warning: dangerous config flags enabled: gateway.controlUi.allowInsecureAuth=true'],
  ['heap-out-of-memory', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ['memory-pressure', 'memory pressure: level=critical rss=1.9GB'],
  ['wrong-architecture', 'exec /usr/local/bin/docker-entrypoint.sh: exec format error'],
  ['openclaw-not-on-path', "env: 'openclaw': No such file or directory"],
];

for (const [id, line] of printed) {
  test(`${id}: ${line.slice(0, 70)}`, () =>
    assert.deepEqual(ids(`2026-11-22T08:47:16.379+00:00 [gateway] ${line}`), [id]));
}

test('every recogniser is tried above', () => {
  const tried = new Set(printed.map(([id]) => id));
  assert.deepEqual(
    problems.map((problem) => problem.id).filter((id) => !tried.has(id)),
    [],
  );
});

test('ids are unique', () => {
  assert.equal(new Set(problems.map((problem) => problem.id)).size, problems.length);
});

test('lines that only look like errors are none', () => {
  assert.deepEqual(ids(...outputLines('gateway-start-to-ready.compose-logs.txt')), []);
  assert.deepEqual(ids(...outputLines('gateway-restart-then-stop-with-active-request.txt')), []);
});

test('a real refusal to start without a token is told with its exit code', () => {
  const [found] = findProblems(outputLines('gateway-without-token.txt'));
  assert.equal(found?.id, 'bind-without-auth');
  assert.equal(found.exitCode, 78);
  assert.equal(found.lineIndex, 2);
});

test('a migration message after a permission error is its side effect', () => {
  const denied = "EACCES: permission denied, mkdir '/home/node/.openclaw/state'";
  assert.deepEqual(ids(denied, 'requires state migration.'), ['state-not-writable']);
  assert.deepEqual(ids('requires state migration.'), ['state-migration-required']);
});

test('a permission error of an earlier start does not hide a migration message of a later one', () => {
  const denied = "EACCES: permission denied, mkdir '/home/node/.openclaw/state'";
  assert.deepEqual(ids(denied, '08:00:00 [gateway] loading configuration…', 'requires state migration.'), [
    'state-not-writable',
    'state-migration-required',
  ]);
});

test('the keys that an invalid config names belong to the evidence', () => {
  const [found] = findProblems([
    'Invalid config at /home/node/.openclaw/openclaw.json:',
    'openclaw.json:1 — gateway: Unrecognized key: "x"',
    'Run `openclaw doctor --fix`.',
  ]);
  assert.equal(
    found?.evidence,
    'Invalid config at /home/node/.openclaw/openclaw.json:\nopenclaw.json:1 — gateway: Unrecognized key: "x"',
  );
});

test('messages of several lines inside a JSON line are found', () => {
  const line = JSON.stringify({ level: 'error', subsystem: 'gateway', message: 'start failed\nlisten EADDRINUSE: x' });
  assert.deepEqual(ids('first', line), ['port-in-use']);
  assert.equal(findProblems(['first', line])[0]?.lineIndex, 1);
});

test('a problem that occurs again is told once, at its last place', () => {
  const found = findProblems(['pairing required', 'memory pressure: level=critical', 'PAIRING_REQUIRED']);
  assert.deepEqual(
    found.map(({ id, lineIndex }) => [id, lineIndex]),
    [
      ['memory-pressure', 1],
      ['pairing-required', 2],
    ],
  );
});

test('evidence holds no secret', () => {
  const [found] = findProblems(
    ['unauthorized: gateway token mismatch token=abcdef0123456789 hunter2hunter2'],
    ['hunter2hunter2'],
  );
  assert.equal(found?.evidence, 'unauthorized: gateway token mismatch token=*** ***');
});

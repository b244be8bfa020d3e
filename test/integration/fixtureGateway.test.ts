import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { waitFor } from '../support/hosts/run.ts';

const gateway = join(import.meta.dirname, '../support/gateway/fixtureGateway.mjs');
const capture = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../fixtures/gateway/openclaw-2026.9.6-${name}.log`), 'utf8');

describe('the fixture gateway', () => {
  it('prints what the real one printed from start to stop, on the same streams and in the same colours', async () => {
    const run = await runToReady({ OPENCLAW_ERA: '2026-09', FORCE_COLOR: '1' });
    const { exitCode, stdout, stderr } = await run.stop();
    assert.equal(exitCode, 0);
    // The real one was asked for a catalog of models, which its machine could not reach.
    const real = shapesOf(capture('start-to-stop.stdout')).filter((line) => !line.includes('model catalog'));
    assert.deepEqual(shapesOf(stdout), real);
    assert.deepEqual(shapesOf(stderr), shapesOf(capture('start-to-stop.stderr')));
  });

  it('refuses to start without a token, in the words of the real one', async () => {
    const { exitCode, stdout, stderr } = await (await start({ OPENCLAW_ERA: '2026-09', FORCE_COLOR: '1' }, '')).ended;
    assert.equal(exitCode, 78);
    assert.deepEqual(shapesOf(stdout), shapesOf(capture('no-token.stdout')));
    assert.deepEqual(shapesOf(stderr), shapesOf(capture('no-token.stderr')));
  });

  const readyLines = {
    '2026-01': /^\d\d:\d\d:\d\d \[gateway\] listening on ws:\/\/0\.0\.0\.0:\d+ \(PID \d+\)$/m,
    '2026-04': /^\S+Z \[gateway\] ready \(5 plugins: .*; \d+\.\ds\)$/m,
    '2026-05': /^\S+[+-]\d\d:\d\d \[gateway\] ready$/m,
    '2026-09': /^\S+[+-]\d\d:\d\d \[gateway\] ready$/m,
  };
  for (const [era, line] of Object.entries(readyLines)) {
    it(`says that it is ready as in ${era}`, async () => {
      const run = await runToReady({ OPENCLAW_ERA: era, NO_COLOR: '1' });
      assert.match((await run.stop()).stdout, line);
    });
  }

  it('is live before it is ready', async () => {
    const run = await start({ FIXTURE_NEVER_READY: '1', FIXTURE_START_DELAY_MS: '0' });
    await waitFor('the gateway to listen', async () => await run.get('/healthz').catch(() => undefined));
    assert.deepEqual(await run.get('/healthz'), { status: 200, body: '{"ok":true,"status":"live"}' });
    assert.equal((await run.get('/readyz')).status, 503);
    assert.match((await run.get('/readyz')).body, /^\{"ready":false,"failing":\["startup-sidecars"\]/);
    assert.equal((await run.get('/startupz')).status, 503);
    await run.stop();
  });

  it('answers probes of January 2026 with its page, as there were none', async () => {
    const run = await runToReady({ OPENCLAW_ERA: '2026-01' });
    const answer = await run.get('/healthz');
    assert.equal(answer.status, 200);
    assert.match(answer.body, /^<!doctype html>/);
    await run.stop();
  });

  it('fails as it is told to', async () => {
    const { exitCode, stderr } = await (await start({ FIXTURE_FAILURE: 'missing-config' })).ended;
    assert.equal(exitCode, 78);
    assert.match(stderr, /Missing config\. Run `openclaw setup`/);
  });
});

type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };

type GatewayRun = {
  readonly ended: Promise<Ended>;
  readonly stdout: () => string;
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: string }>;
  readonly stop: () => Promise<Ended>;
};

async function start(env: Readonly<Record<string, string>>, token = '3f1c9a7b5d2e8f60'): Promise<GatewayRun> {
  const port = await freePort();
  const child = spawn(process.execPath, [gateway], {
    env: { OPENCLAW_GATEWAY_TOKEN: token, OPENCLAW_GATEWAY_PORT: String(port), TERM: 'dumb', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr })),
  );
  return {
    ended,
    stdout: () => stdout,
    get: async (path) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, body: await response.text() };
    },
    stop: async () => {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}

async function runToReady(env: Readonly<Record<string, string>>): Promise<GatewayRun> {
  const run = await start(env);
  const lastLine = env['OPENCLAW_ERA'] === '2026-01' ? /log file: .*\n/ : /heartbeat\]\S* \S*started.*\n/;
  await waitFor('the start to end', () => lastLine.test(run.stdout()) || undefined);
  return run;
}

/** The lines without what differs from run to run: times, process ids, durations, ports, dates. */
function shapesOf(output: string): string[] {
  return output
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d/, 'TIME')
        .replace(/pid=\d+/, 'pid=N')
        .replace(/\d+(\.\d)?s\)/, 'Ns)')
        .replace(/in \d+ms/, 'in Nms')
        .replace(/:\d{4,5}"/g, ':PORT"')
        .replace(/openclaw-\d{4}-\d\d-\d\d/, 'openclaw-DATE'),
    );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

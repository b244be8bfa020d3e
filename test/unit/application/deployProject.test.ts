import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeployRequest } from '../../../src/application/deploy/DeployReport.ts';
import { deployProject } from '../../../src/application/deploy/deployProject.ts';
import { prepareEnvFile } from '../../../src/application/deploy/prepareEnvFile.ts';
import { uploadProject } from '../../../src/application/deploy/uploadProject.ts';
import { details, FakeMachine } from './fakes.ts';

const id = 'ab'.repeat(32);
const request: DeployRequest = {
  action: 'deploy',
  project: { folder: '/srv/p', gatewayService: 'openclaw-gateway' },
  machineName: 'vm1',
  expectedBinaries: [],
  readyTimeoutMs: 50,
};
const silent = { onStep: () => undefined, onLine: () => undefined };
const never = () => new AbortController().signal;

/** A machine on which compose knows one gateway, and the gateway answers as told. */
function machineWith(more: Parameters<typeof details>[1] = {}): FakeMachine {
  const machine = new FakeMachine();
  machine.engine.details.set(id, details('gateway', { ...more, id }));
  machine.answer = (argv) => (argv.includes('ps') ? { lines: [id] } : {});
  return machine;
}

const ready = JSON.stringify({
  healthz: { status: 200, body: '{"ok":true,"status":"live"}' },
  readyz: { status: 200, body: '{"ready":true}' },
});

test('the steps run in order, in the project’s folder, and end with what was verified', async () => {
  const machine = machineWith();
  machine.engine.execs = () => ({ exitCode: 0, stdout: ready, stderr: '' });
  const report = await deployProject(machine, request, silent, never());
  assert.equal(report.outcome, 'succeeded');
  assert.deepEqual(
    report.steps.map((step) => step.id),
    ['build', 'up', 'ready', 'verify'],
  );
  assert.equal(report.verification?.probe.state, 'ready');
  assert.deepEqual(
    machine.ran.filter((argv) => !argv.includes('ps')).map((argv) => argv.slice(4)),
    [['build'], ['up', '-d', 'openclaw-gateway']],
  );
});

test('nothing runs after a step that failed', async () => {
  const machine = machineWith();
  machine.answer = (argv) =>
    argv.includes('build')
      ? { lines: ['failed to solve: x'], exit: { code: 17, signal: undefined } }
      : argv.includes('ps')
        ? { lines: [id] }
        : {};
  const report = await deployProject(machine, request, silent, never());
  assert.equal(report.outcome, 'failed');
  assert.equal(report.gatewayUntouched, true);
  assert.ok(!machine.ran.some((argv) => argv.includes('up')));
});

test('a signal that is aborted already cancels before the first step', async () => {
  const machine = machineWith();
  const report = await deployProject(machine, request, silent, AbortSignal.abort());
  assert.equal(report.outcome, 'cancelled');
  assert.ok(!machine.ran.some((argv) => argv.includes('build')));
});

test('a page with status 200 is not a ready gateway', async () => {
  const machine = machineWith();
  const page = { status: 200, body: '<!doctype html>' };
  machine.engine.execs = () => ({ exitCode: 0, stdout: JSON.stringify({ healthz: page, readyz: page }), stderr: '' });
  const report = await deployProject(machine, request, silent, never());
  assert.equal(report.outcome === 'failed' && report.failure.kind, 'gatewayNotReady');
});

test('a gateway that exited is explained by its log, without its secrets', async () => {
  const token = 'correct-horse-battery';
  const machine = machineWith({
    state: 'exited',
    exitCode: 78,
    environment: new Map([['OPENCLAW_GATEWAY_TOKEN', token]]),
  });
  machine.engine.logLines = [`token ${token}`, 'Gateway start blocked: existing config is missing gateway.mode.'];
  const report = await deployProject(machine, request, silent, never());
  assert.equal(report.outcome, 'failed');
  assert.equal(report.failure.kind, 'gatewayExited');
  assert.match(report.failure.message, /exit code 78\. openclaw\.json has no `gateway\.mode`/);
  assert.ok(!JSON.stringify(report).includes(token));
});

test('a gateway that was killed for memory is told as that', async () => {
  const machine = machineWith({ state: 'exited', exitCode: 137, outOfMemoryKilled: true });
  const report = await deployProject(machine, request, silent, never());
  assert.equal(report.outcome === 'failed' && report.failure.kind, 'outOfMemory');
});

test('a service without a container after the start is told', async () => {
  const machine = new FakeMachine();
  const report = await deployProject(machine, request, silent, never());
  assert.equal(report.outcome === 'failed' && report.failure.kind, 'containerGone');
});

const env = {
  folder: '/srv/p/',
  randomHex: (byteCount: number) => 'ab'.repeat(byteCount),
  confirm: async () => true,
};

test('without a template there is no .env to make', async () => {
  const machine = new FakeMachine();
  assert.deepEqual(await prepareEnvFile(machine.files, env), { kind: 'noTemplate' });
});

test('an .env that appears while the question is open is not overwritten', async () => {
  const machine = new FakeMachine();
  machine.written.set('/srv/p/.env.example', { text: 'OPENCLAW_GATEWAY_TOKEN=\n', mode: 0o644 });
  const confirm = async () => {
    machine.written.set('/srv/p/.env', { text: 'OPENCLAW_GATEWAY_TOKEN=theirs\n', mode: 0o600 });
    return true;
  };
  const result = await prepareEnvFile(machine.files, { ...env, confirm });
  assert.deepEqual(result, { kind: 'exists', path: '/srv/p/.env', placeholders: [] });
  assert.equal(machine.written.get('/srv/p/.env')?.text, 'OPENCLAW_GATEWAY_TOKEN=theirs\n');
});

for (const folder of ['', 'relative', '/', '~', '~root/x', '//x']) {
  test(`"${folder}" is no folder to upload to`, async () => {
    const machine = new FakeMachine();
    await assert.rejects(uploadProject(machine.files, folder, nothing()), { name: 'UserFacingError' });
    assert.equal(machine.written.size, 0);
  });
}

async function* nothing(): AsyncIterable<Uint8Array> {
  yield new Uint8Array();
}

test('a gateway that was restarted long ago and runs now is ready', async () => {
  const machine = machineWith({ restartCount: 7 });
  machine.engine.execs = () => ({ exitCode: 0, stdout: ready, stderr: '' });
  assert.equal((await deployProject(machine, request, silent, never())).outcome, 'succeeded');
});

test('a gateway between two of many starts loops, with the exit code of its last end', async () => {
  const machine = machineWith({ restartCount: 2, state: 'restarting', exitCode: 1 });
  const report = await deployProject(machine, request, silent, never());
  assert.equal(report.outcome, 'failed');
  assert.equal(report.failure.kind, 'gatewayCrashLoop');
  assert.match(report.failure.message, /again and again \(exit code 1\)/);
});

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { GatewayLogLine } from '../../src/application/logs/GatewayLogLine.ts';
import { tailGatewayLogs } from '../../src/application/logs/tailGatewayLogs.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { connectTestHost, writeProject } from '../support/connectTestHost.ts';
import { waitFor } from '../support/hosts/run.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const service = 'openclaw-gateway';
const folder = '/srv/logs';
const target = { project: 'logs', service };

function compose(environment: Readonly<Record<string, string>>): string {
  const variables = { OPENCLAW_GATEWAY_TOKEN: '3f1c9a7b5d2e8f60', ...environment };
  return JSON.stringify({
    services: { [service]: { image: 'openclaw-fixture', restart: 'unless-stopped', environment: variables } },
  });
}

/** A tail that runs beside the test, and what it has told so far. */
function startTail(machine: Machine, tail?: number) {
  const abort = new AbortController();
  const lines: GatewayLogLine[] = [];
  const ended = (async () => {
    const options = { signal: abort.signal, ...(tail === undefined ? {} : { tail }) };
    for await (const line of tailGatewayLogs(machine, target, options)) lines.push(line);
  })();
  ended.catch(() => undefined);
  return {
    lines,
    texts: () => lines.map((line) => line.text),
    ended,
    stop: async () => {
      abort.abort();
      await ended;
    },
    count: (pattern: RegExp) => lines.filter((line) => pattern.test(line.text)).length,
    until: async (what: string, pattern: RegExp, count = 1) =>
      await waitFor(what, async () => lines.filter((line) => pattern.test(line.text)).length >= count || undefined),
  };
}

describe('following the log of a gateway on a VM', () => {
  const hosts = withTestHosts(['vm1']);
  let vm1: TestHost;
  let machine: Machine;
  const docker = async (...argv: readonly string[]) =>
    await vm1.run(['docker', 'compose', '--project-directory', folder, ...argv]);
  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
    machine = await connectTestHost(vm1);
  });
  after(async () => {
    await machine?.close();
    await hosts.down();
  });
  afterEach(async () => {
    await docker('down', '--timeout', '1');
  });
  const start = async (environment: Readonly<Record<string, string>> = {}) => {
    await writeProject(vm1, folder, { 'docker-compose.yml': compose(environment) });
    await docker('up', '--detach');
  };

  it('gives lines with time, level from the colour, subsystem and message', async () => {
    await start();
    const tail = startTail(machine);
    await tail.until('the ready line', /\[gateway\] ready$/);
    await tail.stop();
    const ready = tail.lines.find((line) => line.kind === 'log' && line.line.message === 'ready');
    assert.ok(ready?.kind === 'log');
    assert.equal(ready.line.level, 'info');
    assert.equal(ready.line.subsystem, 'gateway');
    assert.match(ready.text, /^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d info {2}\[gateway\] ready$/);
    const warning = tail.lines.find((line) => line.text.includes('non-loopback'));
    assert.ok(warning?.kind === 'log' && warning.line.level === 'warn' && warning.stream === 'stderr');
    assert.deepEqual(
      tail.texts().filter((text) => text.includes('\u001b')),
      [],
    );
  });

  it('reads console JSON as the same lines', async () => {
    await start({ FIXTURE_LOG_STYLE: 'json' });
    const tail = startTail(machine);
    await tail.until('the ready line', / info {2}\[gateway\] ready$/);
    await tail.stop();
  });

  it('begins with as many lines as were asked for', async () => {
    await start({ FIXTURE_CHATTER_MS: '100' });
    await waitFor('chatter', async () => (await docker('logs')).includes('tick 10') || undefined);
    const tail = startTail(machine, 3);
    await tail.until('a line', /tick \d+/);
    await tail.stop();
    assert.ok(!tail.texts().some((text) => text.includes('[gateway] ready')));
  });

  it('goes on through a restart, and tells each line once', async () => {
    await start();
    const tail = startTail(machine);
    await tail.until('ready', /\[gateway\] ready$/);
    await docker('restart');
    await tail.until('ready again', /\[gateway\] ready$/, 2);
    await tail.stop();
    assert.equal(tail.count(/\[gateway\] ready$/), 2);
    assert.equal(tail.count(/completed cleanly/), 1);
    assert.equal(tail.count(/^--- openclaw-gateway was started again$/), 1);
  });

  it('goes on in a container that was recreated, and says so', async () => {
    await start();
    const tail = startTail(machine);
    await tail.until('ready', /\[gateway\] ready$/);
    await docker('up', '--detach', '--force-recreate');
    await tail.until('ready again', /\[gateway\] ready$/, 2);
    await tail.stop();
    assert.equal(tail.count(/\[gateway\] ready$/), 2);
    assert.equal(
      tail.count(/^--- openclaw-gateway was recreated: container logs-openclaw-gateway-1 \([0-9a-f]{12}\)$/),
      1,
    );
  });

  it('waits for a gateway that was stopped', async () => {
    await start();
    const tail = startTail(machine);
    await tail.until('ready', /\[gateway\] ready$/);
    await docker('stop');
    await tail.until('the notice', /^--- openclaw-gateway stopped \(Exited \(0\).*\); waiting for it to start again$/);
    await docker('start');
    await tail.until('ready again', /\[gateway\] ready$/, 2);
    await tail.stop();
  });

  it('waits for a gateway that was taken down', async () => {
    await start();
    const tail = startTail(machine);
    await tail.until('ready', /\[gateway\] ready$/);
    await docker('down', '--timeout', '1');
    await tail.until('the notice', /^--- openclaw-gateway (?:was removed|stopped)/);
    await docker('up', '--detach');
    await tail.until('ready again', /\[gateway\] ready$/, 2);
    await tail.stop();
  });

  it('ends quietly when the loop is left', async () => {
    await start({ FIXTURE_CHATTER_MS: '50' });
    for await (const line of tailGatewayLogs(machine, target, { signal: new AbortController().signal })) {
      if (/tick 3/.test(line.text)) break;
    }
  });

  it('says that the service has no container', async () => {
    await start();
    const other = tailGatewayLogs(
      machine,
      { project: 'logs', service: 'moltbot-gateway' },
      { signal: new AbortController().signal },
    );
    await assert.rejects(other[Symbol.asyncIterator]().next(), {
      name: 'UserFacingError',
      message: /has no container/,
    });
  });

  it('says that the connection was lost', async () => {
    await start();
    const tail = startTail(machine);
    await tail.until('ready', /\[gateway\] ready$/);
    await vm1.killSshd();
    await assert.rejects(tail.ended, { name: 'ConnectionError', problem: 'connectionLost' });
    await vm1.startSshd();
    machine = await connectTestHost(vm1);
  });

  it('says that the engine stopped', async () => {
    await start();
    const tail = startTail(machine);
    await tail.until('ready', /\[gateway\] ready$/);
    await vm1.stopEngine();
    await assert.rejects(tail.ended, { name: 'ConnectionError', problem: 'engineStopped' });
    await vm1.startEngine();
  });
});

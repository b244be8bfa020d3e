import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { DeployRequest } from '../../src/application/deploy/DeployReport.ts';
import { prepareEnvFile } from '../../src/application/deploy/prepareEnvFile.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { connectTestHost, deployTo, writeProject } from '../support/connectTestHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const token = '3f1c9a7b5d2e8f603f1c9a7b5d2e8f60';
const service = 'openclaw-gateway';

interface Project {
  readonly folder: string;
  readonly dockerfile?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly port?: number;
}

/** A project around the fixture gateway. */
function projectFiles({ dockerfile = 'FROM openclaw-fixture\n', environment = {}, port = 18789 }: Project) {
  const variables = { OPENCLAW_GATEWAY_TOKEN: token, ...environment };
  const compose = [
    'services:',
    `  ${service}:`,
    '    build: .',
    '    restart: unless-stopped',
    '    environment:',
    ...Object.entries(variables).map(([name, value]) => `      ${name}: "${value}"`),
    `    ports: ["127.0.0.1:${port}:18789"]`,
    '',
  ].join('\n');
  return { Dockerfile: dockerfile, 'docker-compose.yml': compose };
}

function request(action: DeployRequest['action'], folder: string, more: Partial<DeployRequest> = {}): DeployRequest {
  return { action, project: { folder, gatewayService: service }, machineName: 'vm1', expectedBinaries: [], ...more };
}

describe('deploying the fixture gateway to a VM', () => {
  const hosts = withTestHosts(['vm1']);
  let vm1: TestHost;
  let machine: Machine;
  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
    machine = await connectTestHost(vm1);
  });
  after(async () => {
    await machine?.close();
    await hosts.down();
  });

  // Whatever a test leaves running would take the port of the next.
  afterEach(async () => {
    await vm1.run(['sh', '-c', 'docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes']);
  });

  const runningId = async (folder: string) =>
    (await vm1.run(['docker', 'compose', '--project-directory', folder, 'ps', '--quiet', service])).trim();

  for (const era of ['2026-01', '2026-04', '2026-05', '2026-09']) {
    it(`builds, starts and verifies the gateway of ${era}`, async () => {
      const folder = `/srv/era-${era}`;
      await writeProject(vm1, folder, projectFiles({ folder, environment: { OPENCLAW_ERA: era } }));
      const { report, lines, steps } = await deployTo(
        machine,
        request('deploy', folder, { expectedBinaries: ['node', 'curl'] }),
      );
      assert.equal(report.outcome, 'succeeded', JSON.stringify(report));
      assert.deepEqual(
        steps.map(({ id, index, count }) => [id, index, count]),
        [
          ['build', 0, 4],
          ['up', 1, 4],
          ['ready', 2, 4],
          ['verify', 3, 4],
        ],
      );
      const { verification } = report;
      assert.equal(verification?.ok, true, JSON.stringify(verification));
      assert.equal(verification.probe.state, 'ready');
      assert.equal(verification.probe.readyLine, 'ready');
      assert.equal(verification.probe.ready, era === '2026-01' ? 'noAnswer' : 'yes');
      assert.deepEqual(
        verification.binaries.map(({ name, state, path }) => [name, state, path]),
        [
          ['node', 'present', '/usr/local/bin/node'],
          ['curl', 'present', '/usr/bin/curl'],
        ],
      );
      assert.match(verification.binaries[0]?.version ?? '', /^v24\.\d+\.\d+$/);
      assert.ok(
        lines.some((line) => /^#\d+ /.test(line)),
        'the build is told live',
      );
      assert.ok(
        lines.some((line) => /\[gateway\] (?:ready|listening on)/.test(line)),
        'the start is told live',
      );
      assert.deepEqual(
        lines.filter((line) => line.includes('\u001b')),
        [],
      );
    });
  }

  it('builds only, when asked to build', async () => {
    const folder = '/srv/build-only';
    await writeProject(vm1, folder, projectFiles({ folder }));
    const { report, steps } = await deployTo(machine, request('build', folder));
    assert.equal(report.outcome, 'succeeded');
    assert.equal(report.verification, undefined);
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['build'],
    );
    assert.equal(await runningId(folder), '');
  });

  it('deploys again what has not changed, and keeps the container', async () => {
    const folder = '/srv/again';
    await writeProject(vm1, folder, projectFiles({ folder, environment: { OPENCLAW_ERA: '2026-01' } }));
    assert.equal((await deployTo(machine, request('deploy', folder))).report.outcome, 'succeeded');
    const id = await runningId(folder);
    assert.equal((await deployTo(machine, request('deploy', folder))).report.outcome, 'succeeded');
    assert.equal(await runningId(folder), id);
  });

  it('works in a folder whose name needs quoting, with compose files of one’s own', async () => {
    const folder = '/srv/it\'s $HOME; `odd` "name"';
    const files = projectFiles({ folder });
    await writeProject(vm1, folder, {
      Dockerfile: files.Dockerfile,
      'my compose;.yml': `name: odd\n${files['docker-compose.yml']}`,
    });
    const project = { folder, gatewayService: service, configFiles: ['my compose;.yml'] };
    const { report } = await deployTo(machine, request('deploy', folder, { project }));
    assert.equal(report.outcome, 'succeeded', JSON.stringify(report));
  });

  it('stops at a build that fails, and leaves the running gateway as it is', async () => {
    const folder = '/srv/failing';
    await writeProject(vm1, folder, projectFiles({ folder }));
    assert.equal((await deployTo(machine, request('deploy', folder))).report.outcome, 'succeeded');
    const id = await runningId(folder);
    await writeProject(vm1, folder, { Dockerfile: 'FROM openclaw-fixture\nRUN echo trying && pnpm install\n' });
    const { report, steps } = await deployTo(machine, request('deploy', folder));
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failedStep, 'build');
    assert.equal(report.failure.kind, 'commandNotFound');
    assert.match(
      report.failure.message,
      /no pnpm where a build step needs it \(in "RUN echo trying && pnpm install"\)/,
    );
    assert.equal(report.gatewayUntouched, true);
    assert.deepEqual(
      steps.map((step) => step.id),
      ['build'],
    );
    assert.equal(await runningId(folder), id);
  });

  it('tells a build that the kernel killed as out of memory, with the memory of the VM', async () => {
    const folder = '/srv/killed';
    const hog = 'FROM openclaw-fixture\nRUN node -e "const a=[];for(;;)a.push(Buffer.alloc(16<<20,1))"\n';
    await writeProject(vm1, folder, projectFiles({ folder, dockerfile: hog }));
    vm1.limitBuildMemory(256 * 1024 ** 2);
    const { report } = await deployTo(machine, request('deploy', folder));
    vm1.limitBuildMemory(undefined);
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failure.kind, 'outOfMemory');
    assert.match(report.failure.message, /on "vm1" was killed \(exit code 137\): the VM is out of memory/);
    assert.match(report.failure.message, /The VM has 3 GB; a source build needs 6 GB/);
    assert.match(report.failure.remedy, /larger machine class/);
  });

  it('warns of a kill that the build did not notice', async () => {
    const folder = '/srv/killed-unnoticed';
    const hog = 'FROM openclaw-fixture\nRUN node -e "const a=[];for(;;)a.push(Buffer.alloc(16<<20,1))" | cat\n';
    await writeProject(vm1, folder, projectFiles({ folder, dockerfile: hog }));
    vm1.limitBuildMemory(256 * 1024 ** 2);
    const { report } = await deployTo(machine, request('build', folder));
    vm1.limitBuildMemory(undefined);
    assert.equal(report.outcome, 'succeeded');
    assert.match(report.warnings[0] ?? '', /was killed and the build went on/);
  });

  it('cancels a build for real, and leaves the running gateway as it is', async () => {
    const folder = '/srv/cancelled';
    await writeProject(vm1, folder, projectFiles({ folder }));
    assert.equal((await deployTo(machine, request('deploy', folder))).report.outcome, 'succeeded');
    const id = await runningId(folder);
    const slow = 'FROM openclaw-fixture\nRUN echo begun; exec sleep 7654\n';
    await writeProject(vm1, folder, { Dockerfile: slow });
    const cancel = new AbortController();
    const { report } = await deployTo(machine, request('deploy', folder), {
      signal: cancel.signal,
      onLine: (line) => {
        if (/^#\d+ [\d.]+ begun$/.test(line)) cancel.abort();
      },
    });
    assert.equal(report.outcome, 'cancelled');
    assert.equal(report.failedStep, 'build');
    assert.equal(report.gatewayUntouched, true);
    assert.equal(await runningId(folder), id);
    const left = await vm1.ssh(['pgrep', '--full', '--list-full', 'sleep 7654|docker compose|docker-compose|buildx']);
    assert.equal(left.stdout, '', 'nothing of the build goes on');
  });

  it('cancels while it waits for the gateway', async () => {
    const folder = '/srv/cancelled-wait';
    await writeProject(vm1, folder, projectFiles({ folder, environment: { FIXTURE_NEVER_READY: '1' } }));
    const cancel = new AbortController();
    const { report } = await deployTo(machine, request('deploy', folder), {
      signal: cancel.signal,
      onLine: (line) => {
        if (line.includes('starting channels and sidecars')) cancel.abort();
      },
    });
    assert.equal(report.outcome, 'cancelled');
    assert.equal(report.failedStep, 'ready');
  });

  it('tells a gateway that never gets ready', async () => {
    const folder = '/srv/never-ready';
    await writeProject(vm1, folder, projectFiles({ folder, environment: { FIXTURE_NEVER_READY: '1' } }));
    const { report } = await deployTo(machine, request('deploy', folder, { readyTimeoutMs: 3_000 }));
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failedStep, 'ready');
    assert.equal(report.failure.kind, 'gatewayNotReady');
    assert.match(report.failure.message, /"openclaw-gateway" on "vm1" runs, but is not ready after 3 s/);
  });

  it('tells a gateway that loops, in the words of its problem', async () => {
    const folder = '/srv/looping';
    await writeProject(vm1, folder, projectFiles({ folder, environment: { OPENCLAW_GATEWAY_TOKEN: '' } }));
    const { report } = await deployTo(machine, request('deploy', folder));
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failure.kind, 'gatewayCrashLoop');
    assert.match(report.failure.message, /starts and ends again and again \(exit code 78\)/);
    assert.match(report.failure.message, /has no token or password/);
    assert.match(report.failure.remedy, /OPENCLAW_GATEWAY_TOKEN/);
    assert.deepEqual(
      report.problems.map((problem) => problem.id),
      ['bind-without-auth'],
    );
    assert.ok(report.failure.details.some((line) => line.includes('Refusing to bind')));
  });

  it('tells a gateway that exits, where nothing restarts it', async () => {
    const folder = '/srv/exits';
    const files = projectFiles({ folder, environment: { FIXTURE_FAILURE: 'newer-config' } });
    const compose = files['docker-compose.yml'].replace('unless-stopped', '"no"');
    await writeProject(vm1, folder, { ...files, 'docker-compose.yml': compose });
    const { report } = await deployTo(machine, request('deploy', folder));
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failure.kind, 'gatewayExited');
    assert.match(report.failure.message, /ended with exit code 1/);
    assert.deepEqual(
      report.problems.map((problem) => problem.id),
      ['config-from-newer-version'],
    );
  });

  it('names a port that another container has', async () => {
    const first = '/srv/port-first';
    const second = '/srv/port-second';
    for (const folder of [first, second]) await writeProject(vm1, folder, projectFiles({ folder, port: 18800 }));
    assert.equal((await deployTo(machine, request('deploy', first))).report.outcome, 'succeeded');
    const { report } = await deployTo(machine, request('deploy', second));
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failedStep, 'up');
    assert.equal(report.failure.kind, 'portTaken');
    assert.match(report.failure.message, /Port 18800 on "vm1" is taken by another container/);
  });

  it('names a folder without a compose file, a folder that is not there, and a service that is not', async () => {
    await vm1.run(['mkdir', '-p', '/srv/empty']);
    const empty = (await deployTo(machine, request('deploy', '/srv/empty'))).report;
    assert.equal(empty.outcome === 'failed' && empty.failure.kind, 'noComposeFile');
    const absent = (await deployTo(machine, request('deploy', '/srv/absent folder'))).report;
    assert.equal(absent.outcome === 'failed' && absent.failure.kind, 'noFolder', JSON.stringify(absent));
    const folder = '/srv/other-service';
    await writeProject(vm1, folder, projectFiles({ folder }));
    const project = { folder, gatewayService: 'moltbot-gateway' };
    const other = (await deployTo(machine, request('deploy', folder, { project }))).report;
    assert.equal(other.outcome === 'failed' && other.failure.kind, 'noSuchService', JSON.stringify(other));
  });

  it('names a variable that the compose file requires', async () => {
    const folder = '/srv/required';
    const compose = `services:\n  ${service}:\n    build: .\n    environment:\n      A: $\{MUST_BE_SET:?set it}\n`;
    await writeProject(vm1, folder, { ...projectFiles({ folder }), 'docker-compose.yml': compose });
    const { report } = await deployTo(machine, request('deploy', folder));
    assert.equal(report.outcome === 'failed' && report.failure.kind, 'missingVariable', JSON.stringify(report));
    assert.match(report.outcome === 'failed' ? report.failure.message : '', /MUST_BE_SET/);
  });

  it('makes .env from .env.example only when that is confirmed, and never touches one that exists', async () => {
    const folder = '/srv/env';
    await writeProject(vm1, folder, { '.env.example': 'OPENCLAW_GATEWAY_TOKEN=change-me\nPORT=1\n' });
    const randomHex = (byteCount: number) => 'c3'.repeat(byteCount);
    const asked: unknown[] = [];
    const declined = await prepareEnvFile(machine.files, {
      folder,
      randomHex,
      confirm: async (proposal) => {
        asked.push(proposal);
        return false;
      },
    });
    assert.equal(declined.kind, 'declined');
    assert.deepEqual(asked, [
      { path: '/srv/env/.env', template: '/srv/env/.env.example', generated: ['OPENCLAW_GATEWAY_TOKEN'] },
    ]);
    assert.equal((await vm1.ssh(['test', '-e', '/srv/env/.env'])).exitCode, 1);

    const created = await prepareEnvFile(machine.files, { folder, randomHex, confirm: async () => true });
    assert.equal(created.kind, 'created');
    const text = await vm1.run(['cat', '/srv/env/.env']);
    assert.equal(text, `OPENCLAW_GATEWAY_TOKEN=${randomHex(32)}\nPORT=1\n`);
    assert.equal((await vm1.run(['stat', '--format', '%a', '/srv/env/.env'])).trim(), '600');

    await vm1.writeFile('/srv/env/.env', 'OPENCLAW_GATEWAY_TOKEN=change-me\n');
    const kept = await prepareEnvFile(machine.files, { folder, randomHex, confirm: async () => assert.fail('asked') });
    assert.deepEqual(kept, { kind: 'exists', path: '/srv/env/.env', placeholders: ['OPENCLAW_GATEWAY_TOKEN'] });
    assert.equal(await vm1.run(['cat', '/srv/env/.env']), 'OPENCLAW_GATEWAY_TOKEN=change-me\n');
  });

  it('tells a connection that breaks in mid-build', async () => {
    const folder = '/srv/cut';
    const slow = 'FROM openclaw-fixture\nRUN echo begun; exec sleep 5432\n';
    await writeProject(vm1, folder, projectFiles({ folder, dockerfile: slow }));
    let killing: Promise<void> | undefined;
    const { report } = await deployTo(machine, request('deploy', folder), {
      onLine: (line) => {
        if (/^#\d+ [\d.]+ begun$/.test(line)) killing = vm1.killSshd();
      },
    });
    await killing;
    await vm1.startSshd();
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failure.kind, 'connectionLost', JSON.stringify(report.failure));
    assert.match(report.failure.message, /vm1|10\.\d+/);
    assert.notEqual(await machine.closed, undefined);
    machine = await connectTestHost(vm1);
  });

  it('tells an engine that stops in mid-build, and reaches it again over the same connection', async () => {
    const folder = '/srv/engine-stops';
    const slow = 'FROM openclaw-fixture\nRUN echo begun; exec sleep 6543\n';
    await writeProject(vm1, folder, projectFiles({ folder, dockerfile: slow }));
    let stopping: Promise<void> | undefined;
    const { report } = await deployTo(machine, request('deploy', folder), {
      onLine: (line) => {
        if (/^#\d+ [\d.]+ begun$/.test(line)) stopping = vm1.stopEngine();
      },
    });
    await stopping;
    await vm1.startEngine();
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failedStep, 'build');
    assert.equal(report.failure.kind, 'engineStopped', JSON.stringify(report.failure));
    assert.match(report.failure.message, /engine on "vm1" stopped/);
    assert.notEqual((await machine.engine.info()).version, '');
  });
});

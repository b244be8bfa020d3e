import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeployRequest } from '../../src/application/deploy/DeployReport.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { connectTestHost, deployTo, writeProject } from '../support/connectTestHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const service = 'openclaw-gateway';
const folder = '/srv/openclaw';
const request: DeployRequest = {
  action: 'update',
  project: { folder, gatewayService: service },
  machineName: 'vm1',
  expectedBinaries: ['gog'],
};

const files = {
  Dockerfile: 'FROM openclaw-fixture\n',
  'docker-compose.yml': `services:\n  ${service}:\n    build: .\n    environment:\n      OPENCLAW_GATEWAY_TOKEN: 3f1c9a7b5d2e8f60\n  helper:\n    image: openclaw-fixture\n    entrypoint: ["sleep", "9876"]\n`,
};
const withGog = `FROM openclaw-fixture
USER root
RUN printf '#!/bin/sh\\necho 0.37.0\\n' >/usr/local/bin/gog && chmod 0755 /usr/local/bin/gog
USER node
`;

describe('updating a project on a VM from its git remote', () => {
  const hosts = withTestHosts(['vm1']);
  let vm1: TestHost;
  let machine: Machine;
  const git = async (where: string, ...argv: readonly string[]) =>
    await vm1.run(['git', '-C', where, '-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...argv]);
  /** A commit of somebody else, who works elsewhere and pushes. */
  const pushElsewhere = async (changed: Readonly<Record<string, string>>) => {
    await writeProject(vm1, '/srv/elsewhere', changed);
    await git('/srv/elsewhere', 'add', '--all');
    await git('/srv/elsewhere', 'commit', '--message', 'Change');
    await git('/srv/elsewhere', 'push', '--set-upstream', 'origin', 'main');
  };
  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
    machine = await connectTestHost(vm1);
    await vm1.run(['git', 'init', '--bare', '--initial-branch=main', '/srv/remote.git']);
    await vm1.run(['git', 'clone', '/srv/remote.git', '/srv/elsewhere']);
    await pushElsewhere(files);
    await vm1.run(['git', 'clone', '/srv/remote.git', folder]);
  });
  after(async () => {
    await machine?.close();
    await hosts.down();
  });

  it('pulls, builds, starts every service and verifies', async () => {
    const first = await deployTo(machine, request);
    assert.equal(first.report.outcome, 'succeeded', JSON.stringify(first.report));
    assert.deepEqual(
      first.steps.map(({ id }) => id),
      ['pull', 'build', 'up', 'ready', 'verify'],
    );
    assert.ok(first.lines.includes('Already up to date.'));
    assert.equal(first.report.verification?.binaries[0]?.state, 'missing');
    assert.equal(first.report.verification.ok, false);
    const services = await vm1.run(['docker', 'compose', '--project-directory', folder, 'ps', '--services']);
    assert.deepEqual(services.trim().split('\n').sort(), ['helper', service]);

    await pushElsewhere({ Dockerfile: withGog });
    const second = await deployTo(machine, request);
    assert.equal(second.report.outcome, 'succeeded', JSON.stringify(second.report));
    assert.equal(second.report.verification?.ok, true, JSON.stringify(second.report.verification));
    assert.equal(second.report.verification.binaries[0]?.version, '0.37.0');
    assert.notEqual(second.report.verification.containerId, first.report.verification.containerId);
  });

  it('refuses to overwrite what was changed on the VM, and leaves all as it is', async () => {
    await pushElsewhere({ Dockerfile: `${withGog}# newer\n` });
    await writeProject(vm1, folder, { Dockerfile: `${withGog}# changed here\n` });
    const { report, steps } = await deployTo(machine, request);
    assert.equal(report.outcome, 'failed');
    assert.equal(report.failure.kind, 'gitLocalChanges');
    assert.match(report.failure.message, /\/srv\/openclaw on "vm1" were changed there \(Dockerfile\)/);
    assert.equal(report.gatewayUntouched, true);
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['pull'],
    );
    assert.match(await vm1.run(['cat', `${folder}/Dockerfile`]), /# changed here/);
  });

  it('tells a branch with commits of its own', async () => {
    await git(folder, 'commit', '--all', '--message', 'Mine');
    const { report } = await deployTo(machine, request);
    assert.equal(report.outcome === 'failed' && report.failure.kind, 'gitDiverged', JSON.stringify(report));
  });

  it('tells a branch that follows nothing', async () => {
    await git(folder, 'branch', '--unset-upstream');
    const { report } = await deployTo(machine, request);
    assert.equal(report.outcome === 'failed' && report.failure.kind, 'gitNoUpstream', JSON.stringify(report));
  });

  it('tells a remote that is gone', async () => {
    await git(folder, 'branch', '--set-upstream-to', 'origin/main');
    await git(folder, 'remote', 'set-url', 'origin', '/srv/gone.git');
    const { report } = await deployTo(machine, request);
    assert.equal(report.outcome === 'failed' && report.failure.kind, 'gitRemote', JSON.stringify(report));
  });

  it('tells a folder of another user', async () => {
    await vm1.run(['chown', '--recursive', 'deploy', folder]);
    const { report } = await deployTo(machine, request);
    assert.equal(report.outcome === 'failed' && report.failure.kind, 'gitOwnership', JSON.stringify(report));
    await vm1.run(['chown', '--recursive', 'root', folder]);
  });

  it('tells a folder that is no repository', async () => {
    await writeProject(vm1, '/srv/plain', files);
    const project = { folder: '/srv/plain', gatewayService: service };
    const { report } = await deployTo(machine, { ...request, project });
    assert.equal(report.outcome === 'failed' && report.failure.kind, 'gitNotARepository', JSON.stringify(report));
    assert.match(report.outcome === 'failed' ? report.failure.remedy : '', /Use Deploy/);
  });
});

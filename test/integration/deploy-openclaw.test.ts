import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packFolder } from '../../src/adapters/files/packFolder.ts';
import { prepareEnvFile } from '../../src/application/deploy/prepareEnvFile.ts';
import { uploadProject } from '../../src/application/deploy/uploadProject.ts';
import { tailGatewayLogs } from '../../src/application/logs/tailGatewayLogs.ts';
import { readGatewayOverview } from '../../src/application/overview/readGatewayOverview.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { connectTestHost, deployTo } from '../support/connectTestHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const example = fileURLToPath(new URL('../fixtures/example/openclaw-gateway', import.meta.url));
const folder = '~/openclaw-gateway';
const project = 'openclaw-gateway';
const service = 'openclaw-gateway';
const expectedBinaries = ['gog', 'goplaces', 'wacli', 'node'];

describe('the example project with the real gateway, as a user of the docker group', () => {
  const hosts = withTestHosts(['vm1'], { images: ['openclaw'], memoryBytes: 4 * 1024 ** 3 });
  let vm1: TestHost;
  let machine: Machine;
  let token = '';
  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
    machine = await connectTestHost(vm1, 'deploy');
  });
  after(async () => {
    await machine?.close();
    await hosts.down();
  });

  it('is not started without its .env', async () => {
    await uploadProject(machine.files, folder, packFolder(example));
    const request = {
      action: 'deploy',
      project: { folder, gatewayService: service },
      machineName: 'vm1',
      expectedBinaries: [],
    } as const;
    const { report } = await deployTo(machine, request);
    assert.equal(report.outcome === 'failed' && report.failure.kind, 'missingVariable', JSON.stringify(report));
    assert.match(report.outcome === 'failed' ? report.failure.message : '', /OPENCLAW_GATEWAY_TOKEN/);
  });

  it('is deployed, gets ready, and lacks the binaries that nobody baked in', async () => {
    const randomHex = (byteCount: number) => {
      token = randomBytes(byteCount).toString('hex');
      return token;
    };
    const prepared = await prepareEnvFile(machine.files, { folder, randomHex, confirm: async () => true });
    assert.equal(prepared.kind, 'created');
    const { report, lines } = await deployTo(machine, {
      action: 'deploy',
      project: { folder, gatewayService: service },
      machineName: 'vm1',
      expectedBinaries,
    });
    assert.equal(report.outcome, 'succeeded', `${JSON.stringify(report)}\n${lines.slice(-40).join('\n')}`);
    const { verification } = report;
    assert.deepEqual(verification?.probe, {
      live: 'yes',
      ready: 'yes',
      failing: [],
      readyLine: 'ready',
      state: 'ready',
    });
    assert.deepEqual(
      verification.binaries.map(({ name, state }) => [name, state]),
      [
        ['gog', 'missing'],
        ['goplaces', 'missing'],
        ['wacli', 'missing'],
        ['node', 'present'],
      ],
    );
    assert.ok(lines.some((line) => line.includes('[gateway] http server listening')));
    assert.ok(!lines.some((line) => line.includes(token)));
  });

  it('is described row by row', async () => {
    const request = { project, service, machineName: 'vm1', expectedBinaries };
    const overview = await readGatewayOverview(machine, request);
    assert.equal(overview.version, '2026.9.6');
    assert.equal(overview.era, 'openclawSecretKey');
    assert.deepEqual(
      overview.persistence.map(({ id, state }) => [id, state]),
      [
        ['config', 'kept'],
        ['model-auth', 'kept'],
        ['channel-credentials', 'kept'],
        ['auth-profile-key', 'kept'],
        ['skill-configs', 'kept'],
        ['workspace', 'kept'],
        ['whatsapp', 'kept'],
        ['gmail-keyring', 'kept'],
        ['plugins', 'kept'],
        ['binaries', 'inImage'],
        ['node', 'inImage'],
        ['os-packages', 'inImage'],
        ['container', 'ephemeral'],
      ],
    );
    assert.deepEqual(overview.problems, []);
    assert.ok(!JSON.stringify(overview).includes(token));
  });

  it('is followed through a recreated container', async () => {
    const texts: string[] = [];
    const recreate = async () => {
      await machine.commands.run(['docker', 'compose', 'up', '-d', '--force-recreate', '--timeout', '20'], {
        workingDirectory: folder,
      }).exit;
    };
    let recreating: Promise<void> | undefined;
    for await (const { text } of tailGatewayLogs(
      machine,
      { project, service },
      { signal: AbortSignal.timeout(180_000) },
    )) {
      texts.push(text);
      if (!/\[gateway\] ready$/.test(text)) continue;
      if (recreating !== undefined) break;
      recreating = recreate();
    }
    await recreating;
    assert.ok(
      texts.some((text) => text.startsWith('--- openclaw-gateway was recreated')),
      texts.join('\n'),
    );
    assert.equal(texts.filter((text) => /\[gateway\] ready$/.test(text)).length, 2);
    assert.ok(
      texts.some((text) => / warn {2}\[gateway\] .*non-loopback/.test(text)),
      texts.join('\n'),
    );
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readGatewayOverview } from '../../src/application/overview/readGatewayOverview.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { verifyGateway } from '../../src/application/verify/verifyGateway.ts';
import { connectTestHost, writeProject } from '../support/connectTestHost.ts';
import { emulateForeignArchitecture, foreignArchitecture } from '../support/emulation.ts';
import { waitFor } from '../support/hosts/run.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const service = 'openclaw-gateway';
const token = '3f1c9a7b5d2e8f603f1c9a7b5d2e8f60';
const keyringPassword = 'correct-horse-battery';

/** The start of an ELF file, up to the two bytes of the architecture. */
const elf = String.raw`\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\002\000`;
/** No processor's: also a machine that runs the programs of others with QEMU does not start it. */
const unknownElf = String.raw`${elf}\377\377`;
/** AArch64 (183) or x86-64 (62), the one that this machine is not. */
const foreignElf = elf + (foreignArchitecture === 'amd64' ? String.raw`\076\000` : String.raw`\267\000`);

const dockerfile = `FROM openclaw-fixture
USER root
RUN printf '#!/bin/sh\\necho "gog version 0.37.0"\\n' >/usr/local/bin/gog && chmod 0755 /usr/local/bin/gog \\
 && : >/usr/local/bin/goplaces && chmod 0755 /usr/local/bin/goplaces \\
 && printf '#!/bin/sh\\n' >/usr/local/bin/wacli && chmod 0644 /usr/local/bin/wacli \\
 && printf '${unknownElf}%0100d' 0 >/usr/local/bin/camsnap && chmod 0755 /usr/local/bin/camsnap \\
 && printf '${foreignElf}%0100d' 0 >/usr/local/bin/songsee && chmod 0755 /usr/local/bin/songsee \\
 && printf '#!/bin/sh\\nkill -ILL $$\\n' >/usr/local/bin/blucli && chmod 0755 /usr/local/bin/blucli
USER node
`;

const compose = `services:
  ${service}:
    build: .
    environment:
      OPENCLAW_GATEWAY_TOKEN: ${token}
      GOG_KEYRING_PASSWORD: ${keyringPassword}
    volumes:
      - /srv/openclaw/config:/home/node/.openclaw
      - workspace:/home/node/.openclaw/workspace
      - /home/node/.openclaw/npm
volumes:
  workspace:
`;

describe('verifying a gateway on a VM', () => {
  const hosts = withTestHosts(['vm1']);
  let vm1: TestHost;
  let machine: Machine;
  const up = async (folder: string, ...files: readonly string[]) => {
    const options = files.flatMap((file) => ['--file', `${folder}/${file}`]);
    await vm1.run(['docker', 'compose', '--project-directory', folder, ...options, 'up', '--build', '--detach']);
  };
  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
    machine = await connectTestHost(vm1);
    await vm1.run(['install', '--directory', '--owner', '1000', '/srv/openclaw/config']);
    await writeProject(vm1, '/srv/verify', { Dockerfile: dockerfile, 'docker-compose.yml': compose });
    await up('/srv/verify');
  });
  after(async () => {
    await machine?.close();
    await hosts.down();
  });

  const ready = async (project: string) =>
    await waitFor('the gateway', async () => {
      const verification = await verifyGateway(machine, { project, service }, []);
      return verification.probe.state === 'ready' ? verification : undefined;
    });

  it('tells present, missing, empty, not executable and broken binaries apart', async () => {
    const names = ['gog', 'goplaces', 'wacli', 'camsnap', 'blucli', 'himalaya', 'sh', '../etc/passwd'];
    const { binaries, ok } = await verifyGateway(machine, { project: 'verify', service }, names);
    assert.deepEqual(
      binaries.map(({ name, state, path, version }) => [name, state, path, version]),
      [
        ['gog', 'present', '/usr/local/bin/gog', 'gog version 0.37.0'],
        ['goplaces', 'empty', '/usr/local/bin/goplaces', undefined],
        ['wacli', 'notExecutable', '/usr/local/bin/wacli', undefined],
        ['camsnap', 'broken', '/usr/local/bin/camsnap', undefined],
        ['blucli', 'broken', '/usr/local/bin/blucli', undefined],
        ['himalaya', 'missing', undefined, undefined],
        ['sh', 'present', '/usr/bin/sh', undefined],
        ['../etc/passwd', 'unknown', undefined, undefined],
      ],
    );
    assert.equal(ok, false);
  });

  it('says that a binary of another architecture does not start, also where the machine runs such programs with QEMU', async () => {
    const check = async () => (await verifyGateway(machine, { project: 'verify', service }, ['songsee'])).binaries[0];
    const broken = /^\/usr\/local\/bin\/songsee is there, but does not start: it was built for another processor/;
    assert.match((await check())?.explanation ?? '', broken);
    const stopEmulating = emulateForeignArchitecture();
    try {
      assert.match((await check())?.explanation ?? '', broken);
    } finally {
      stopEmulating();
    }
  });

  it('sees the gateway ready by its own answers and by its log', async () => {
    // The gateway answers before it writes that it is ready.
    const { probe, ok, containerState } = await waitFor('the ready line', async () => {
      const verification = await verifyGateway(machine, { project: 'verify', service }, []);
      return verification.probe.readyLine === 'ready' ? verification : undefined;
    });
    assert.equal(containerState, 'running');
    assert.deepEqual(probe, { live: 'yes', ready: 'yes', failing: [], readyLine: 'ready', state: 'ready' });
    assert.equal(ok, true);
  });

  it('describes the gateway in one value without secrets', async () => {
    await ready('verify');
    const overview = await readGatewayOverview(machine, {
      project: 'verify',
      service,
      machineName: 'vm1',
      address: 'root@vm1',
      expectedBinaries: ['gog'],
    });
    assert.equal(overview.version, '2026.9.6');
    assert.equal(overview.era, 'openclawSecretKey');
    assert.equal(overview.machine.engine.memoryBytes, 3 * 1024 ** 3);
    assert.equal(overview.container.state, 'running');
    assert.match(overview.container.status, /^Up /);
    assert.deepEqual(
      overview.persistence.map(({ id, state, by }) => [id, state, by?.source.replace(/^[0-9a-f]{64}$/, 'anonymous')]),
      [
        ['config', 'kept', '/srv/openclaw/config'],
        ['model-auth', 'kept', '/srv/openclaw/config'],
        ['channel-credentials', 'kept', '/srv/openclaw/config'],
        ['auth-profile-key', 'lost', undefined],
        ['skill-configs', 'kept', '/srv/openclaw/config'],
        ['workspace', 'kept', 'verify_workspace'],
        ['whatsapp', 'kept', '/srv/openclaw/config'],
        ['gmail-keyring', 'kept', '/srv/openclaw/config'],
        ['plugins', 'partly', 'anonymous'],
        ['binaries', 'inImage', undefined],
        ['node', 'inImage', undefined],
        ['os-packages', 'inImage', undefined],
        ['container', 'ephemeral', undefined],
      ],
    );
    assert.deepEqual(overview.problems, []);
    const json = JSON.stringify(overview);
    assert.ok(!json.includes(token) && !json.includes(keyringPassword));
  });

  it('describes a gateway that does not start, with its problem', async () => {
    await writeProject(vm1, '/srv/refusing', {
      Dockerfile: 'FROM openclaw-fixture\n',
      'docker-compose.yml': `services:\n  ${service}:\n    build: .\n    restart: unless-stopped\n`,
    });
    await up('/srv/refusing');
    const request = { project: 'refusing', service, machineName: 'vm1', expectedBinaries: ['gog'] };
    const overview = await waitFor('a second start', async () => {
      const read = await readGatewayOverview(machine, request);
      return read.container.restartCount > 0 && read.container.state === 'restarting' ? read : undefined;
    });
    assert.match(overview.container.status, /^Restarting \(78\)/);
    assert.equal(overview.container.exitCode, 78);
    assert.equal(overview.probe.state, 'down');
    assert.deepEqual(
      overview.problems.map(({ id, exitCode }) => [id, exitCode]),
      [['bind-without-auth', 78]],
    );
    assert.equal(overview.binaries[0]?.state, 'unknown');
  });

  it('asks with curl where the image has no node on its PATH, and believes no page', async () => {
    await writeProject(vm1, '/srv/curl', {
      Dockerfile:
        'FROM openclaw-fixture\nENV PATH=/usr/bin:/bin\nENTRYPOINT []\nCMD ["/usr/local/bin/node", "/app/openclaw.mjs", "gateway"]\n',
      'docker-compose.yml': `services:\n  ${service}:\n    build: .\n    environment:\n      OPENCLAW_GATEWAY_TOKEN: ${token}\n`,
    });
    await up('/srv/curl');
    const { probe } = await ready('curl');
    assert.deepEqual([probe.live, probe.ready], ['yes', 'yes']);

    await writeProject(vm1, '/srv/curl', {
      'old.yml': `services:\n  ${service}:\n    build: .\n    environment:\n      OPENCLAW_ERA: "2026-01"\n`,
    });
    await up('/srv/curl', 'old.yml');
    const old = await ready('curl');
    assert.deepEqual([old.probe.live, old.probe.ready, old.probe.readyLine], ['noAnswer', 'noAnswer', 'ready']);
  });

  it('works in an image without a shell', async () => {
    await writeProject(vm1, '/srv/noshell', {
      Dockerfile:
        "FROM openclaw-fixture\nUSER root\nRUN [\"node\", \"-e\", \"for (const shell of ['sh', 'dash', 'bash']) fs.rmSync('/usr/bin/' + shell, { force: true })\"]\nUSER node\n",
      'docker-compose.yml': `services:\n  ${service}:\n    build: .\n    environment:\n      OPENCLAW_GATEWAY_TOKEN: ${token}\n`,
    });
    await up('/srv/noshell');
    await ready('noshell');
    const { binaries } = await verifyGateway(machine, { project: 'noshell', service }, ['node', 'gog']);
    assert.deepEqual(
      binaries.map(({ name, state }) => [name, state]),
      [
        ['node', 'present'],
        ['gog', 'missing'],
      ],
    );
  });

  it('says that a service has no container', async () => {
    await assert.rejects(verifyGateway(machine, { project: 'verify', service: 'moltbot-gateway' }, []), {
      name: 'UserFacingError',
      message: /"moltbot-gateway" of the project "verify" has no container/,
    });
  });
});

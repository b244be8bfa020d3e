import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { catalog } from '../../src/core/binaries/catalog.ts';
import { buildableEras, outlineOf } from '../support/buildableEras.ts';
import { buildImage, imageBuilders } from '../support/buildImage.ts';
import { packageHostName } from '../support/hosts/packageHost.ts';
import { waitFor } from '../support/hosts/run.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { answerOf, withBinaries } from '../support/stanzaBuilds.ts';

const binaries = catalog().filter(({ name }) => ['gog', 'goplaces', 'wacli'].includes(name));
const folder = '/srv/era';

describe('the upstream Dockerfile of every era, with three stanzas', () => {
  const hosts = withTestHosts(['vm1'], { images: ['bases'], releaseHost: true, memoryBytes: 4 * 1024 ** 3 });
  let vm: TestHost;
  before(async () => {
    await hosts.up();
    vm = hosts.get('vm1');
    for (const file of ['fixtureGateway.mjs', 'eraLines.mjs', 'fixtureHealthcheck.mjs']) {
      await vm.writeFile(`${folder}/${file}`, readFileSync(new URL(`../support/gateway/${file}`, import.meta.url)));
    }
    await vm.writeFile(`${folder}/package.json`, '{ "name": "openclaw", "version": "2026.9.6", "type": "module" }\n');
    // Hosts reach no Debian but this one.
    const repositories = [
      `deb http://${packageHostName}/debian bookworm main`,
      `deb [trusted=yes] http://${packageHostName}/ours ./`,
    ];
    for (const image of ['node:24-bookworm', 'node:22-bookworm', 'node:24-bookworm-slim']) {
      const lines = image.endsWith('slim') ? repositories.slice(0, 1) : repositories.slice(1);
      const dockerfile = `FROM ${image}\nRUN printf '${lines.join('\\n')}\\n' >/etc/apt/sources.list\n`;
      const { exitCode, output } = await buildImage(vm, dockerfile, { builder: 'BuildKit', tag: image });
      assert.equal(exitCode, 0, output);
    }
  });
  after(hosts.down);

  for (const [era, { file, baked }] of Object.entries(buildableEras)) {
    for (const builder of imageBuilders) {
      it(`${era}: builds, starts and has all three (${builder})`, async () => {
        const dockerfile = withBinaries(file, binaries, hosts.releaseHost());
        assert.ok(outlineOf(dockerfile).includes(baked), outlineOf(dockerfile));
        const built = await buildImage(vm, dockerfile, { builder, tag: 'era', folder });
        assert.equal(built.exitCode, 0, built.output.slice(-3000));

        const start = [
          'docker',
          'run',
          '--detach',
          '--name',
          'era',
          '--env',
          'OPENCLAW_GATEWAY_TOKEN=3f1c9a7b5d2e8f60',
        ];
        await vm.run([...start, 'era']);
        try {
          const inside = async (script: string) => await vm.ssh(['docker', 'exec', 'era', 'sh', '-c', script]);
          await waitFor('the gateway', async () => {
            const { exitCode } = await inside('curl -fsS http://127.0.0.1:18789/healthz');
            return exitCode === 0 ? true : undefined;
          });
          const answers = await inside(binaries.map(({ name }) => `which ${name} && ${name} --version`).join(' && '));
          assert.equal(
            answers.stdout,
            binaries.map((binary) => `/usr/local/bin/${binary.name}\n${answerOf(binary)}\n`).join(''),
          );
          const user = file.includes('\nUSER node\n') ? 'node' : 'root';
          assert.equal((await inside('id -un')).stdout.trim(), user, 'the user of before');
        } finally {
          await vm.run(['docker', 'rm', '--force', 'era']);
        }
      });
    }
  }
});

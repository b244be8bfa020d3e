import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildImage, imageBuilders } from '../support/buildImage.ts';
import { emulateForeignArchitecture, foreignArchitecture } from '../support/emulation.ts';
import { packageHostName } from '../support/hosts/packageHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import {
  answerOf,
  askBinaries,
  downloadedBinaries,
  filesOf,
  packagedBinaries,
  packageSettings,
  serveAll,
  withBinaries,
} from '../support/stanzaBuilds.ts';

/** What a gateway's image has of its own, and a repository of ours for the distribution's packages. */
const base = `FROM node:24-bookworm
${packageSettings}
RUN echo 'deb [trusted=yes] http://${packageHostName}/ours ./' >/etc/apt/sources.list
`;
const gateway = `${base}USER node\nCMD ["node"]\n`;

const python = packagedBinaries.filter(({ source }) => source.kind === 'uv' || source.kind === 'pip');
const others = packagedBinaries.filter((binary) => !python.includes(binary));

/** What a stanza may leave in the image. */
const left = [
  /^\/usr\/local\/bin\/[^/]+$/,
  /^\/usr\/local\/lib\/node_modules\//,
  /^\/opt\/[^/]+(?:\/|$)/,
  /^\/usr\/bin\//,
  // apt's own notes on what is installed.
  /^\/var\/(?:lib\/dpkg|cache\/debconf|cache\/apt|log|lib\/apt\/extended_states)(?:\/|$)/,
];

describe('the stanzas of the catalog, built', () => {
  const hosts = withTestHosts(['vm1'], { images: ['bases'], releaseHost: true, memoryBytes: 4 * 1024 ** 3 });
  let vm: TestHost;
  before(async () => {
    await hosts.up();
    vm = hosts.get('vm1');
    await serveAll(hosts.releaseHost(), downloadedBinaries);
  });
  after(hosts.down);

  for (const builder of imageBuilders) {
    describe(`with the ${builder} builder`, () => {
      const tag = `all-${builder.toLowerCase()}`;
      const binaries = [...downloadedBinaries, ...others];
      let answers: ReadonlyMap<string, string> | undefined;
      it('build all in one image', async () => {
        const dockerfile = withBinaries(gateway, binaries, hosts.releaseHost());
        const { exitCode, output } = await buildImage(vm, dockerfile, { builder, tag });
        assert.equal(exitCode, 0, output.slice(-3000));
        answers = await askBinaries(
          vm,
          tag,
          binaries.map(({ name }) => name),
        );
      });

      for (const binary of binaries) {
        it(`${binary.name} runs as the gateway's user`, () => {
          const folder = binary.source.kind === 'apt' || binary.name === 'own-deb' ? '/usr/bin' : '/usr/local/bin';
          assert.equal(answers?.get(binary.name), `${folder}/${binary.name} ${answerOf(binary)}`);
        });
      }

      it('leaves nothing else behind', async () => {
        await buildImage(vm, base, { builder: 'BuildKit', tag: 'base' });
        const [files, former] = [await filesOf(vm, tag), await filesOf(vm, 'base')];
        const added = [...files].filter((file) => !former.has(file) && !left.some((pattern) => pattern.test(file)));
        assert.deepEqual(added, []);
      });

      it('gives them to root, and to all to run', async () => {
        const paths = downloadedBinaries.map(
          ({ name }) => `${name === 'own-deb' ? '/usr/bin' : '/usr/local/bin'}/${name}`,
        );
        const stat = await vm.run(['docker', 'run', '--rm', tag, 'stat', '-L', '-c', '%a %U:%G', ...paths]);
        assert.deepEqual([...new Set(stat.trimEnd().split('\n'))], ['755 root:root']);
      });

      it(`takes the files for ${foreignArchitecture}, which run there`, async () => {
        const foreign = downloadedBinaries.filter(
          ({ source }) => source.assets[foreignArchitecture] !== undefined && source.archive !== 'deb',
        );
        const stopEmulating = emulateForeignArchitecture();
        try {
          const dockerfile = withBinaries(gateway, foreign, hosts.releaseHost());
          const buildArgs = { TARGETARCH: foreignArchitecture };
          const { exitCode, output } = await buildImage(vm, dockerfile, { builder, tag: 'foreign', buildArgs });
          assert.equal(exitCode, 0, output.slice(-3000));
          const names = foreign.map(({ name }) => name);
          const run = await askBinaries(vm, 'foreign', names);
          for (const binary of foreign) {
            assert.equal(run.get(binary.name), `/usr/local/bin/${binary.name} ${answerOf(binary)}`);
          }
          const machine = foreignArchitecture === 'arm64' ? 'b7 00' : '3e 00';
          const script = 'for name in "$@"; do od -A n -t x1 -j 18 -N 2 "/usr/local/bin/$name"; done';
          const heads = await vm.run([
            'docker',
            'run',
            '--rm',
            '--entrypoint',
            'sh',
            'foreign',
            '-c',
            script,
            'od',
            ...names,
          ]);
          assert.deepEqual([...new Set(heads.trimEnd().split('\n'))], [` ${machine}`]);
        } finally {
          stopEmulating();
        }
      });
    });
  }
});

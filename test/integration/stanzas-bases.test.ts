import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildImage, imageBuilders } from '../support/buildImage.ts';
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

const named = (...names: readonly string[]) => downloadedBinaries.filter(({ name }) => names.includes(name));
const python = packagedBinaries.filter(({ source }) => source.kind === 'uv' || source.kind === 'pip');

describe('stanzas on bases of every kind', () => {
  const hosts = withTestHosts(['vm1'], { images: ['bases'], releaseHost: true, memoryBytes: 4 * 1024 ** 3 });
  let vm: TestHost;
  before(async () => {
    await hosts.up();
    vm = hosts.get('vm1');
    await serveAll(hosts.releaseHost(), downloadedBinaries);
    await build(alpine, 'BuildKit', 'alpine:3');
  });
  after(hosts.down);

  const build = async (dockerfile: string, builder: (typeof imageBuilders)[number], tag: string) => {
    const { exitCode, output } = await buildImage(vm, dockerfile, { builder, tag });
    assert.equal(exitCode, 0, output.slice(-3000));
  };

  for (const builder of imageBuilders) {
    it(`Alpine's tools: needs no others (${builder})`, async () => {
      const binaries = named('gog', 'gh', 'op', 'own-plain');
      const tag = `alpine-${builder.toLowerCase()}`;
      const dockerfile = withBinaries('FROM alpine:3\nUSER node\nCMD ["sh"]\n', binaries, hosts.releaseHost());
      assert.doesNotMatch(dockerfile, /apk |curl |install -y/);
      await build(dockerfile, builder, tag);
      const answers = await askBinaries(
        vm,
        tag,
        binaries.map(({ name }) => name),
      );
      for (const binary of binaries) {
        assert.equal(answers.get(binary.name), `/usr/local/bin/${binary.name} ${answerOf(binary)}`);
      }
    });

    it(`no shell at all: copies from a build stage (${builder})`, async () => {
      const [gog] = named('gog');
      assert.ok(gog !== undefined);
      const dockerfiles = {
        distroless: 'FROM gcr.io/distroless/static-debian12:nonroot\nCMD ["/app"]\n',
        scratch: 'FROM scratch\nUSER 1000\n',
      };
      for (const [kind, text] of Object.entries(dockerfiles)) {
        const tag = `${kind}-${builder.toLowerCase()}`;
        await build(withBinaries(text, [gog], hosts.releaseHost()), builder, tag);
        const run = await vm.run(['docker', 'run', '--rm', '--entrypoint', '/usr/local/bin/gog', tag, '--version']);
        assert.equal(run, `${answerOf(gog)}\n`);
        const user = await vm.run(['docker', 'inspect', '--format', '{{.Config.User}}', tag]);
        assert.equal(user.trim(), kind === 'scratch' ? '1000' : 'nonroot');
        await vm.run([
          'sh',
          '-c',
          'docker rm -f probe 2>&1 >/dev/null; docker create --name probe "$1" x',
          'create',
          tag,
        ]);
        const files = await vm.run(['sh', '-c', 'docker export probe | tar t; docker rm probe']);
        assert.match(files, /^etc\/ssl\/certs\/ca-certificates\.crt$/m);
        assert.doesNotMatch(files, /curl/);
      }
    });

    it(`a base of which only the build knows what it is: takes what is there, or says what is missing (${builder})`, async () => {
      const [gog] = named('gog');
      assert.ok(gog !== undefined);
      const own = 'example.com/team/base:1';
      const dockerfile = withBinaries(`FROM ${own}\nCMD ["sh"]\n`, [gog], hosts.releaseHost());
      await vm.run(['docker', 'tag', 'node:24-bookworm', own]);
      await build(dockerfile, builder, 'own');
      const run = await vm.run(['docker', 'run', '--rm', '--entrypoint', 'gog', 'own', '--version']);
      assert.equal(run, `${answerOf(gog)}\n`);
      await vm.run(['docker', 'tag', 'alpine:3', own]);
      const failed = await buildImage(vm, dockerfile, { builder, tag: 'own' });
      assert.notEqual(failed.exitCode, 0);
      assert.match(failed.output, /gog needs curl: install that in this image first/);
    });
  }

  // What a package manager does is the same for both builders, and takes half a minute each.
  it('Debian slim: fetches what fetching takes from Debian, and takes it away again', async () => {
    // A zip, and one that needs no tool but curl.
    const binaries = named('gog', 'op');
    const tag = 'slim';
    await build(
      withBinaries('FROM node:24-bookworm-slim\nUSER node\n', binaries, hosts.releaseHost()),
      'BuildKit',
      tag,
    );
    const answers = await askBinaries(vm, tag, ['gog', 'op', 'curl', 'unzip']);
    for (const binary of binaries) {
      assert.equal(answers.get(binary.name), `/usr/local/bin/${binary.name} ${answerOf(binary)}`);
    }
    assert.match(answers.get('curl') ?? '', /^ .*curl: not found$/);
    assert.match(answers.get('unzip') ?? '', /^ .*unzip: not found$/);
    const files = await filesOf(vm, tag);
    assert.ok(files.has('/etc/ssl/certs/ca-certificates.crt'), 'what the binary needs for TLS stays');
    const left = [...files].filter((file) => /^\/(?:tmp|root|var\/lib\/apt\/lists)\/./.test(file));
    assert.deepEqual(
      left.filter((file) => !/^\/root\/\.(?:bashrc|profile)$/.test(file)),
      [],
    );
  });

  it("Python's packages: an environment of their own", async () => {
    // With Python, as gateways have it, and without what makes environments, as they are too.
    const file = `FROM node:24-bookworm\n${packageSettings}\nRUN ${sources}\nUSER node\n`;
    const tag = 'python';
    await build(withBinaries(file, python, hosts.releaseHost()), 'BuildKit', tag);
    const answers = await askBinaries(
      vm,
      tag,
      python.map(({ name }) => name),
    );
    assert.ok(python.length > 0);
    for (const binary of python) {
      assert.equal(answers.get(binary.name), `/usr/local/bin/${binary.name} ${answerOf(binary)}`);
    }
    assert.deepEqual(
      [...(await filesOf(vm, tag))].filter((path) => /^\/(?:tmp|root\/\.cache|var\/lib\/apt\/lists)\/./.test(path)),
      [],
    );
  });
});

/** Ours win over Debian's of the same name, which are far larger. */
const sources = [
  "echo 'deb http://packages.test/debian bookworm main' >/etc/apt/sources.list",
  "echo 'deb [trusted=yes] http://packages.test/ours ./' >>/etc/apt/sources.list",
].join('; ');

const [libraries, loader] =
  process.arch === 'arm64'
    ? ['/usr/lib/aarch64-linux-gnu', '/lib/ld-linux-aarch64.so.1']
    : ['/usr/lib/x86_64-linux-gnu', '/lib64/ld-linux-x86-64.so.2'];

/** BusyBox's wget leaves TLS to a program beside it: Alpine's is one of its packages, Debian's is OpenSSL's. */
const alpine = `FROM alpine:3
COPY --from=node:24-bookworm /usr/bin/openssl /usr/bin/
COPY --from=node:24-bookworm ${libraries}/libssl.so.3 ${libraries}/libcrypto.so.3 ${libraries}/libc.so.6 ${libraries}/
COPY --from=node:24-bookworm ${loader} ${loader}
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
`;

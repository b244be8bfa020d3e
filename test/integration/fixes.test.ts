import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CatalogBinary, catalog } from '../../src/core/binaries/catalog.ts';
import { fixAll } from '../../src/core/lint/fixAll.ts';
import { lintProject } from '../../src/core/lint/lintProject.ts';
import { applyEdits } from '../../src/core/text/applyEdits.ts';
import type { ProjectFiles } from '../../src/core/workspace/ProjectFiles.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

type Files = Readonly<Record<string, string>>;

const latest = 'https://github.com/openclaw/gogcli/releases/latest/download/gogcli_linux_amd64.tar.gz';
const asTheDocumentation = `RUN curl -L ${latest} | tar -xzO gog > /usr/local/bin/gog; chmod +x /usr/local/bin/gog`;
const start = 'CMD ["node", "--eval", "setTimeout(() => {}, 1e9)"]\n';

/** The gateway's Dockerfile as it was in each era, as far as it builds without its source. */
const shapes: Readonly<Record<string, Files>> = {
  'a single stage': {
    Dockerfile: `FROM node:24-bookworm\nWORKDIR /app\n${asTheDocumentation}\nCOPY package.json ./\nUSER node\n${start}`,
    'package.json': '{}\n',
  },
  'stages, a variant, and an unnamed final one': {
    Dockerfile: [
      'ARG OPENCLAW_VARIANT=slim',
      'FROM node:24-bookworm AS build',
      'WORKDIR /app',
      'COPY package.json ./',
      '',
      'FROM node:24-bookworm AS base-default',
      'FROM node:24-bookworm-slim AS base-slim',
      '',
      `FROM base-\${OPENCLAW_VARIANT}`,
      'WORKDIR /app',
      asTheDocumentation,
      'COPY --from=build /app/package.json ./',
      'USER node',
      start,
    ].join('\n'),
    'package.json': '{}\n',
  },
  'an image that ends with another user': {
    Dockerfile: `FROM openclaw-fixture\nUSER root\n${asTheDocumentation}\nUSER node\n${start}`,
  },
  'more than the download in the RUN': {
    Dockerfile: `FROM node:24-bookworm\nRUN mkdir -p /opt/tools && curl -L ${latest} | tar -xz -C /usr/local/bin gog && chmod +x /usr/local/bin/gog && touch /opt/tools/done\nUSER node\n${start}`,
  },
  'an entrypoint that installs at each start': {
    Dockerfile: `FROM node:24-bookworm\nCOPY --chmod=0755 entrypoint.sh /entrypoint.sh\nUSER node\nENTRYPOINT ["/entrypoint.sh"]\n${start}`,
    'entrypoint.sh': `#!/bin/sh\nif ! command -v gog >/dev/null; then\n  curl -L ${latest} | tar -xz -C /usr/local/bin gog\nfi\nexec "$@"\n`,
  },
};

/** What the builders read differently is in these; the others hold the same lines in other places. */
const forBoth = ['a single stage', 'an image that ends with another user'];

describe('fixed Dockerfiles', () => {
  const hosts = withTestHosts(['vm1'], { releaseHost: true });
  let vm1: TestHost;
  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
  });
  after(hosts.down);

  /** The catalog's entry, with the digests of what the release host serves. */
  function served(): CatalogBinary {
    const binary = catalog().find(({ name }) => name === 'gog');
    assert.ok(binary);
    return hosts.releaseHost().asServed(binary);
  }

  /** Where GitHub sends clients on to: an address that the catalog does not know. */
  function assetAddress(): string {
    const { sha256, url } = hosts.releaseHost();
    return `https://release-assets.githubusercontent.com/${sha256('gog', 'amd64')}/${url('gog', 'amd64').split('/').at(-1) ?? ''}`;
  }

  function toProject(files: Files): ProjectFiles {
    const texts = new Map(Object.entries(files).map(([name, text]) => [`/project/${name}`, text]));
    return { root: '/project', texts, ownBinaries: [served()] };
  }

  function fixedFiles(files: Files): Files {
    const { texts } = fixAll(toProject(files));
    return {
      ...files,
      ...Object.fromEntries([...texts].map(([path, text]) => [path.slice('/project/'.length), text])),
    };
  }

  /** Applies one fix of the first finding of a rule. */
  function withFix(files: Files, ruleId: string, title: RegExp): Files {
    const project = toProject(files);
    const problem = lintProject(project).find((found) => found.ruleId === ruleId);
    const fix = problem?.fixes.find((candidate) => title.test(candidate.title));
    assert.ok(fix, `${ruleId} offers ${problem?.fixes.map((candidate) => candidate.title).join(', ')}`);
    const changed = fix.edits.map(({ path, edits }) => [
      path.slice('/project/'.length),
      applyEdits(project.texts.get(path) ?? '', edits),
    ]);
    return { ...files, ...Object.fromEntries(changed) };
  }

  let builds = 0;

  async function build(files: Files, builder: 'BuildKit' | 'classic', args: readonly string[] = []) {
    builds += 1;
    const folder = `/srv/fixes-${builds}`;
    const tag = `fixes-${builds}`;
    for (const [name, text] of Object.entries(files)) await vm1.writeFile(`${folder}/${name}`, text);
    const options = builder === 'BuildKit' ? ['--progress', 'plain'] : ['--force-rm'];
    const variable = `DOCKER_BUILDKIT=${builder === 'BuildKit' ? 1 : 0}`;
    const { exitCode, stdout, stderr } = await vm1.ssh([
      'env',
      variable,
      'docker',
      'build',
      ...options,
      ...args.flatMap((arg) => ['--build-arg', arg]),
      '--tag',
      tag,
      folder,
    ]);
    return { tag, exitCode, output: `${stdout}\n${stderr}` };
  }

  async function inImage(tag: string, ...argv: readonly string[]): Promise<string> {
    return (
      await vm1.run(['docker', 'run', '--rm', '--user', 'node', '--entrypoint', argv[0] ?? '', tag, ...argv.slice(1)])
    ).trim();
  }

  for (const [name, files] of Object.entries(shapes)) {
    for (const builder of ['BuildKit', 'classic'] as const) {
      if (builder === 'classic' && !forBoth.includes(name)) continue;
      it(`are built by ${builder} and hold what they should: ${name}`, async () => {
        const fixed = fixedFiles(files);
        const left = lintProject(toProject(fixed)).filter(
          ({ severity }) => severity === 'error' || severity === 'warning',
        );
        assert.deepEqual(
          left.map(({ message }) => message),
          [],
        );
        const { tag, exitCode, output } = await build(fixed, builder);
        assert.equal(exitCode, 0, output);
        assert.match(await inImage(tag, '/usr/local/bin/gog', '--version'), /^gog version \d/);
        assert.equal(await inImage(tag, 'id', '-un'), 'node');
      });
    }
  }

  it('fail on a download that the file before them hid', async () => {
    const gone = {
      Dockerfile:
        'FROM node:24-bookworm\nRUN curl -sL https://release-assets.githubusercontent.com/gone.tar.gz > /usr/local/bin/t; chmod +x /usr/local/bin/t\n',
    };
    assert.equal((await build(gone, 'BuildKit')).exitCode, 0);
    const { exitCode, output } = await build(withFix(gone, 'masked-download-failure', /curl -f/), 'BuildKit');
    assert.notEqual(exitCode, 0);
    assert.match(output, /exit code: 22/);
  });

  it('fail on an archive behind a pipe that the file before them hid, and unpack the right one', async () => {
    const piped = (address: string): Files => ({
      Dockerfile: `FROM node:24-bookworm\nRUN curl -L ${address} | tar -xzO gog > /usr/local/bin/gog; chmod +x /usr/local/bin/gog\n`,
    });
    assert.equal((await build(piped('https://release-assets.githubusercontent.com/gone'), 'classic')).exitCode, 0);
    const fixed = (address: string): Files =>
      withFix(piped(address), 'masked-download-failure', /a file in place of the pipe/);
    assert.notEqual((await build(fixed('https://release-assets.githubusercontent.com/gone'), 'classic')).exitCode, 0);
    const { tag, exitCode, output } = await build(fixed(assetAddress()), 'classic');
    assert.equal(exitCode, 0, output);
    assert.match(await inImage(tag, 'gog', '--version'), /^gog version/);
    assert.equal(await inImage(tag, 'sh', '-c', 'ls /tmp'), '');
  });

  for (const builder of ['BuildKit', 'classic'] as const) {
    it(`choose by the architecture that ${builder} builds for`, async () => {
      const address = hosts.releaseHost().url('gog', 'amd64');
      const files = {
        Dockerfile: `FROM node:24-bookworm\nRUN curl -fsSL -o /tmp/gog_amd64.tar.gz ${address} && tar -xzf /tmp/gog_amd64.tar.gz -C /usr/local/bin gog\n`,
      };
      const fixed = withFix(files, 'hardcoded-architecture', /^Choose the file/);
      const { tag, exitCode, output } = await build(fixed, builder);
      assert.equal(exitCode, 0, output);
      assert.match(await inImage(tag, 'gog', '--version'), /^gog version/);
      const other = await build(fixed, builder, ['TARGETARCH=arm64']);
      assert.equal(other.exitCode, 0, other.output);
      assert.ok(hosts.releaseHost().requests.some((path) => path.endsWith('_linux_arm64.tar.gz')));
      const none = await build(fixed, builder, ['TARGETARCH=riscv64']);
      assert.notEqual(none.exitCode, 0);
      assert.match(none.output, /no build for riscv64/);
    });
  }

  it('run at the build what a script ran at each start, with the same result', async () => {
    const files: Files = {
      Dockerfile: `FROM node:24-bookworm\nWORKDIR /app\nCOPY . .\nUSER node\nENTRYPOINT ["sh", "/app/start.sh"]\n`,
      'start.sh': `#!/bin/sh\ncurl -sL ${assetAddress()} | tar -xz -C /usr/local/bin gog\nexec "$@"\n`,
    };
    const fixed = fixedFiles(files);
    assert.equal(fixed['start.sh'], '#!/bin/sh\nexec "$@"\n');
    const { tag, exitCode, output } = await build(fixed, 'BuildKit');
    assert.equal(exitCode, 0, output);
    assert.match(
      await vm1.run(['docker', 'run', '--rm', '--network', 'none', tag, 'gog', '--version']),
      /^gog version/,
    );
  });
});

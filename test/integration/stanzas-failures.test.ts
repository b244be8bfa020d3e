import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildImages, imageBuilders } from '../support/buildImage.ts';
import { type ReleaseHost, type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';
import { type DownloadedBinary, downloadedBinaries, withBinaries } from '../support/stanzaBuilds.ts';

/** What can be wrong with a download, each under a version of its own, and what the build then says. */
interface Mishap {
  readonly version: string;
  readonly says: RegExp;
  readonly prepare: (releases: ReleaseHost, binary: DownloadedBinary) => Promise<void>;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

const checksum = /FAILED|did NOT match/;
/** What only the archive itself can tell, where a release has no checksums. */
const unreadable = /not in gzip format|unexpected end of file|Unexpected EOF|not a bzip2|End-of-central-directory/;

const mishaps: Readonly<Record<string, Mishap>> = {
  'a 404': { version: '9.0.1', says: /404/, prepare: async () => undefined },
  'a page with status 200': {
    version: '9.0.2',
    says: new RegExp(`${checksum.source}|${unreadable.source}`),
    prepare: (releases, binary) => releases.serve(binary, '9.0.2', 'html'),
  },
  'half of the file': {
    version: '9.0.3',
    says: new RegExp(`${checksum.source}|${unreadable.source}`),
    prepare: (releases, binary) => releases.serve(binary, '9.0.3', 'truncated'),
  },
  'another file than the one of the checksum': {
    version: '9.0.4',
    says: checksum,
    prepare: (releases, binary) => releases.serve(binary, '9.0.4', 'other'),
  },
  'an architecture without a build': {
    version: '9.0.5',
    says: /9\.0\.5 has no Linux build for riscv64/,
    prepare: (releases, binary) => releases.serve(binary, '9.0.5'),
    buildArgs: { TARGETARCH: 'riscv64' },
  },
};

describe('a stanza whose download is wrong', () => {
  const hosts = withTestHosts(['vm1'], { images: ['node'], releaseHost: true, memoryBytes: 4 * 1024 ** 3 });
  let vm: TestHost;
  before(async () => {
    await hosts.up();
    vm = hosts.get('vm1');
    const releases = hosts.releaseHost();
    for (const binary of downloadedBinaries) {
      for (const { prepare } of Object.values(mishaps)) await prepare(releases, binary);
    }
  });
  after(hosts.down);

  const dockerfileOf = ({ aptPackages: _, ...binary }: DownloadedBinary, version: string): string =>
    // Only the download counts here, so what the binary needs besides is left out.
    withBinaries('FROM node:24-bookworm\n', [{ ...binary, version }], hosts.releaseHost());

  for (const builder of imageBuilders) {
    describe(`fails the ${builder} build`, { concurrency: 2 }, () => {
      for (const binary of builder === 'classic' ? oneOfEachForm() : downloadedBinaries) {
        it(`of ${binary.name}`, async () => {
          const wrong = Object.entries(mishaps).filter(([, { says }]) => says !== checksum || hasChecksum(binary));
          const results = await buildImages(
            vm,
            wrong.map(([, { version, buildArgs = {} }]) => ({
              dockerfile: dockerfileOf(binary, version),
              options: { builder, tag: 'wrong', buildArgs },
            })),
          );
          for (const [index, [what, { says }]] of wrong.entries()) {
            const { exitCode, output } = results[index] ?? { exitCode: 0, output: '' };
            assert.notEqual(exitCode, 0, `${what} went unseen:\n${output.slice(-2000)}`);
            assert.match(output, says, what);
          }
        });
      }
    });
  }
});

/** Both builders get the same RUN: the classic one sees each way to unpack and to check, with one binary each. */
function oneOfEachForm(): Iterable<DownloadedBinary> {
  const forms = new Map<string, DownloadedBinary>();
  for (const binary of downloadedBinaries) {
    const { archive, checksums } = binary.source;
    const form = `${archive} ${hasChecksum(binary)} ${checksums !== undefined}`;
    if (!forms.has(form)) forms.set(form, binary);
  }
  return forms.values();
}

function hasChecksum({ source }: DownloadedBinary): boolean {
  const assets = Object.values(source.assets);
  return source.checksums !== undefined || assets.every(({ sha256, checksums }) => (sha256 ?? checksums) !== undefined);
}

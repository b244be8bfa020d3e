import assert from 'node:assert/strict';
import { BinaryCatalog } from '../../src/core/binaries/BinaryCatalog.ts';
import { bakeBinary } from '../../src/core/binaries/bakeBinary.ts';
import { type CatalogBinary, catalog } from '../../src/core/binaries/catalog.ts';
import { applyEdits } from '../../src/core/text/applyEdits.ts';
import { packageHostName } from './hosts/packageHost.ts';
import type { DownloadSource } from './hosts/releaseAssets.ts';
import type { ReleaseHost, TestHost } from './hosts/testHosts.ts';

/** An entry whose stanza fetches a file of its own. */
export type DownloadedBinary = CatalogBinary & { readonly source: DownloadSource };

/**
 * Entries of kinds that the catalog does not have yet: people's own may have them. That they build as well is part of the proof.
 */
const ownEntries: readonly DownloadedBinary[] = [
  own('own-plain', {}),
  own('own-deb', { archive: 'deb' }),
  own('own-xz', { archive: 'tar.xz', innerPath: 'own-xz-{version}/{arch}/own-xz' }),
];

function own(name: string, more: Partial<DownloadSource>): DownloadedBinary {
  const extension = more.archive === undefined ? '' : `.${more.archive}`;
  const asset = { name: `${name}_{version}_{arch}${extension}`, sha256: '0'.repeat(64) };
  return {
    name,
    summary: '',
    skills: [],
    version: '1.2.3',
    evidence: 'the test hosts',
    source: {
      kind: 'githubRelease',
      repository: `example/${name}`,
      tag: 'v{version}',
      assets: { amd64: asset, arm64: asset },
      ...more,
    } as DownloadSource,
  };
}

export const downloadedBinaries: readonly DownloadedBinary[] = [
  ...catalog().filter(
    (binary): binary is DownloadedBinary => binary.source.kind === 'githubRelease' || binary.source.kind === 'download',
  ),
  ...ownEntries,
];

/** Entries that a package manager installs. */
export const packagedBinaries: readonly CatalogBinary[] = catalog().filter(({ source }) =>
  ['apt', 'npm', 'go', 'uv', 'pip'].includes(source.kind),
);

/** Where builds find packages instead of the public places. */
export const packageSettings = [
  `ENV npm_config_registry=https://${packageHostName}/npm/ NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt`,
  `ENV PIP_INDEX_URL=https://${packageHostName}/pypi/simple/ PIP_CERT=/etc/ssl/certs/ca-certificates.crt`,
].join('\n');

/** The text of a Dockerfile with the binaries baked in, each with the checksums of what the release host serves. */
export function withBinaries(
  dockerfile: string,
  binaries: readonly CatalogBinary[],
  releases: Pick<ReleaseHost, 'asServed'>,
  target?: string,
): string {
  let text = dockerfile;
  for (const binary of binaries) {
    const options = {
      catalog: new BinaryCatalog([releases.asServed(binary)]),
      ...(target === undefined ? {} : { target }),
    };
    const result = bakeBinary(text, binary.name, options);
    assert.ok(result.ok, result.ok ? '' : result.reason);
    text = applyEdits(text, result.edits);
  }
  return text;
}

/** What the programs of the release host answer. */
export function answerOf({ name, version, source }: CatalogBinary): string {
  return `${name} version ${source.kind === 'apt' ? '1.0' : version}`;
}

/** Name, path and answer of each binary, as the image's own user finds them on its PATH. */
export async function askBinaries(
  vm: TestHost,
  image: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const script =
    'for name in "$@"; do printf "%s %s\\n" "$(command -v "$name")" "$("$name" --version 2>&1)"; done; id -un';
  const output = await vm.run(['docker', 'run', '--rm', '--entrypoint', 'sh', image, '-c', script, 'ask', ...names]);
  const lines = output.trimEnd().split('\n');
  assert.equal(lines.pop(), 'node', 'the image ends as another user than the gateway');
  return new Map(names.map((name, index) => [name, lines[index] ?? '']));
}

/** Files, folders and links of an image, without the kernel's. */
export async function filesOf(vm: TestHost, image: string): Promise<ReadonlySet<string>> {
  const script = 'find / -xdev -path /proc -prune -o -path /sys -prune -o -path /dev -prune -o -print';
  const run = ['docker', 'run', '--rm', '--user', '0', '--entrypoint', 'sh', image, '-c', script];
  return new Set((await vm.run(run)).split('\n'));
}

/** Serves the newest of every download, for both architectures. */
export async function serveAll(releases: ReleaseHost, binaries: readonly CatalogBinary[]): Promise<void> {
  for (const binary of binaries) await releases.serve(binary);
}

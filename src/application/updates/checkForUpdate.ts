import type { Architecture, BinarySource, CatalogBinary, ReleaseAsset } from '../../core/binaries/catalog.ts';
import { checksumOf } from '../../core/binaries/checksumOf.ts';
import { compareVersions } from '../../core/binaries/compareVersions.ts';
import { fillTemplate, versionIn } from '../../core/binaries/fillTemplate.ts';
import type { WebAnswer, WebReader } from '../ports/WebReader.ts';
import { newestPackageVersion } from './newestPackageVersion.ts';
import { type Release, readRelease } from './readRelease.ts';

export interface UpdateSources {
  readonly web: WebReader;
  /** GitHub's REST API, without a slash at the end. */
  readonly githubApiUrl: string;
  /** The API of deps.dev, which knows npm, Go and Python packages; without a slash at the end. */
  readonly packagesApiUrl: string;
}

export type UpdateCheck =
  /** `binary`: the entry with the new version and its digests. */
  | { readonly kind: 'newer'; readonly binary: CatalogBinary; readonly version: string }
  | { readonly kind: 'newest'; readonly version: string }
  /** Nobody can be asked; why. */
  | { readonly kind: 'notAsked'; readonly reason: string }
  /** `reason` is a whole sentence. `isForAll`: the same host would give no other answer to another question. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isForAll: boolean };

/**
 * Asks the place that a binary comes from for its newest release, and takes the digests from the release's checksum file. A release
 * whose files have other names, or that publishes no checksum, is reported and not taken.
 */
export async function checkForUpdate(
  binary: CatalogBinary,
  currentVersion: string,
  sources: UpdateSources,
  signal?: AbortSignal,
): Promise<UpdateCheck> {
  const { source } = binary;
  switch (source.kind) {
    case 'githubRelease':
      return releaseUpdate(binary, source, currentVersion, sources, signal);
    case 'npm':
    case 'go':
    case 'uv':
    case 'pip': {
      const newest = await newestPackageVersion(source.kind, source.package, sources, signal);
      if (typeof newest !== 'string') return failure(binary.name, hostOf(sources.packagesApiUrl), newest);
      return judge(binary, currentVersion, newest);
    }
    case 'apt':
      return { kind: 'notAsked', reason: `${binary.name} has the version of the base image's distribution.` };
    case 'download':
      return { kind: 'notAsked', reason: `${binary.name} is a plain download: nothing lists its versions.` };
    case 'base':
      return { kind: 'notAsked', reason: `${binary.name} comes with the official image.` };
    case 'none':
      return { kind: 'notAsked', reason: `${binary.name} has no Linux build.` };
  }
}

type GithubSource = Extract<BinarySource, { readonly kind: 'githubRelease' }>;

const maxChecksumBytes = 1_000_000;

async function releaseUpdate(
  binary: CatalogBinary,
  source: GithubSource,
  currentVersion: string,
  sources: UpdateSources,
  signal: AbortSignal | undefined,
): Promise<UpdateCheck> {
  const host = hostOf(sources.githubApiUrl);
  const release = await readRelease(source.repository, sources, signal);
  if ('kind' in release) return failure(binary.name, host, release, source.repository);
  const version = versionIn(source.tag, release.tag);
  if (version === undefined) {
    return given(
      `The newest release of ${binary.name} is tagged "${release.tag}", not as "${source.tag}": look at it.`,
    );
  }
  const order = judge(binary, currentVersion, version);
  if (order.kind !== 'newer') return order;
  const assets: Partial<Record<Architecture, ReleaseAsset>> = {};
  for (const arch of ['amd64', 'arm64'] as const) {
    const asset = source.assets[arch];
    if (asset === undefined) continue;
    const digest = await digestOf({ binary, source, asset, arch, version, release }, sources.web, signal);
    if (typeof digest !== 'string') return digest;
    assets[arch] = { ...asset, sha256: digest };
  }
  return { ...order, binary: { ...order.binary, source: { ...source, assets } } };
}

interface AssetPlace {
  readonly binary: CatalogBinary;
  readonly source: GithubSource;
  readonly asset: ReleaseAsset;
  readonly arch: Architecture;
  readonly version: string;
  readonly release: Release;
}

async function digestOf(
  place: AssetPlace,
  web: WebReader,
  signal: AbortSignal | undefined,
): Promise<string | UpdateCheck> {
  const { binary, source, asset, arch, version, release } = place;
  const name = fillTemplate(asset.name ?? '', { version, arch });
  const label = `${binary.name} ${version}`;
  const file = release.assets.get(name);
  if (file === undefined) {
    return given(
      `The release of ${label} has no file "${name}": its files may have other names now. Look at the release.`,
    );
  }
  const template = asset.checksums ?? source.checksums;
  if (template === undefined) {
    return file.sha256 ?? given(`The release of ${label} publishes no checksum, so it is not taken.`);
  }
  const checksumsName = fillTemplate(template, { version, arch, asset: name });
  const checksums = release.assets.get(checksumsName);
  if (checksums === undefined) {
    return given(`The release of ${label} has no checksum file "${checksumsName}", so it is not taken.`);
  }
  const answer = await web.read(checksums.url, { maxBytes: maxChecksumBytes, ...(signal && { signal }) });
  if (answer.kind !== 'text') return failure(label, hostOf(checksums.url), answer, checksumsName);
  const digest = checksumOf(answer.text, name);
  if (digest === undefined)
    return given(`"${checksumsName}" of ${label} has no checksum of "${name}", so it is not taken.`);
  if (file.sha256 !== undefined && file.sha256 !== digest) {
    return given(
      `The checksum of "${name}" in "${checksumsName}" is not the one that the release host has: it is not taken.`,
    );
  }
  return digest;
}

function judge(binary: CatalogBinary, currentVersion: string, version: string): UpdateCheck {
  return compareVersions(version, currentVersion) > 0
    ? { kind: 'newer', version, binary: { ...binary, version } }
    : { kind: 'newest', version: currentVersion };
}

/** The host has answered; the answer does not help. */
function given(reason: string): UpdateCheck {
  return { kind: 'failed', reason, isForAll: false };
}

function failure(
  label: string,
  host: string,
  answer: Exclude<WebAnswer, { kind: 'text' }>,
  what?: string,
): UpdateCheck {
  switch (answer.kind) {
    case 'notFound':
      return given(`${host} knows nothing of ${what ?? label}${what === undefined ? '' : `, for ${label}`}.`);
    case 'rateLimited': {
      const until = answer.untilUnixMs === undefined ? 'later' : `at ${clock(answer.untilUnixMs)}`;
      return {
        kind: 'failed',
        reason: `${host} answers no more questions from this address for now. Try again ${until}.`,
        isForAll: true,
      };
    }
    case 'failed':
      return { kind: 'failed', reason: `${host} could not be asked for ${label}: ${answer.reason}.`, isForAll: false };
  }
}

function clock(unixMs: number): string {
  return new Date(unixMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}

function hostOf(address: string): string {
  return /^https?:\/\/([^/]+)/.exec(address)?.[1] ?? address;
}

import { builtInCatalog } from '../../../src/core/binaries/BinaryCatalog.ts';
import type { Architecture, BinarySource, CatalogBinary } from '../../../src/core/binaries/catalog.ts';
import { type ArchiveFile, debOf, sha256Of, tarOf, zipOf } from './archives.ts';
import { tinyProgram } from './tinyProgram.ts';

/** A file of a release, under the address that the real one has. */
export type ReleaseAsset = {
  readonly url: string;
  /** Only for a release on GitHub. */
  readonly release?: {
    readonly repository: string;
    readonly formerRepositories: readonly string[];
    readonly tag: string;
  };
  readonly name: string;
  /** The release's file of checksums. */
  readonly checksumsName: string;
  readonly content: Buffer;
  readonly sha256: string;
};

export type DownloadSource = Extract<BinarySource, { readonly kind: 'githubRelease' | 'download' }>;

/** What is served for an asset instead of its content; the checksum stays that of the content. */
export type Fault = 'html' | 'truncated' | 'other';

/** Where the catalog's file of a binary for an architecture is, or `undefined` where there is none. */
export function assetAddress(binary: CatalogBinary, architecture: Architecture): string | undefined {
  const { source, version = '' } = binary;
  if (source.kind !== 'githubRelease' && source.kind !== 'download') return undefined;
  const asset = source.assets[architecture];
  const filled = (text: string): string => text.replaceAll('{version}', version).replaceAll('{arch}', architecture);
  if (source.kind === 'download') return asset?.url === undefined ? undefined : filled(asset.url);
  if (asset?.name === undefined) return undefined;
  return `https://github.com/${source.repository}/releases/download/${filled(source.tag)}/${filled(asset.name)}`;
}

/**
 * The asset of a binary for an architecture: the real name and archive layout, around a tiny program of ours that prints name and
 * version.
 *
 * @throws Error when there is no such asset.
 */
export async function releaseAsset(
  bin: string | CatalogBinary,
  architecture: Architecture,
  version?: string,
): Promise<ReleaseAsset> {
  const entry = typeof bin === 'string' ? builtInCatalog.find(bin) : bin;
  const binary = entry === undefined || version === undefined ? entry : { ...entry, version };
  const url = binary === undefined ? undefined : assetAddress(binary, architecture);
  if (binary === undefined || url === undefined) {
    throw new Error(`The catalog has no release of "${entry?.name ?? bin}" for ${architecture}.`);
  }
  const source = binary.source as DownloadSource;
  const filled = (text: string): string =>
    text.replaceAll('{version}', binary.version ?? '').replaceAll('{arch}', architecture);
  const content = await archiveOf(binary, source, architecture, filled);
  const name = url.slice(url.lastIndexOf('/') + 1);
  return {
    url,
    ...(source.kind === 'githubRelease'
      ? {
          release: {
            repository: source.repository,
            formerRepositories: source.formerRepositories ?? [],
            tag: filled(source.tag),
          },
        }
      : {}),
    name,
    checksumsName: filled(source.assets[architecture]?.checksums ?? source.checksums ?? 'checksums.txt').replaceAll(
      '{asset}',
      name,
    ),
    content,
    sha256: sha256Of(content),
  };
}

/**
 * What answers instead of the asset: a page with status 200, as some hosts have for what is missing, half of the file, or the same
 * program of another version.
 */
export async function withFault(
  asset: ReleaseAsset,
  fault: Fault,
  bin: CatalogBinary,
  architecture: Architecture,
): Promise<ReleaseAsset> {
  switch (fault) {
    case 'html':
      return {
        ...asset,
        content: Buffer.from('<!DOCTYPE html>\n<html><body>Not what you were looking for.</body></html>\n'),
      };
    case 'truncated':
      return { ...asset, content: asset.content.subarray(0, asset.content.length / 2) };
    case 'other':
      return { ...asset, content: (await releaseAsset(bin, architecture, '0.0.1')).content };
  }
}

async function archiveOf(
  { name, version = '' }: CatalogBinary,
  source: DownloadSource,
  architecture: Architecture,
  filled: (text: string) => string,
): Promise<Buffer> {
  const program = tinyProgram(architecture, `${name} version ${version}\n`);
  const path = filled(source.innerPath ?? name);
  const license: ArchiveFile = { path: 'LICENSE', content: 'A program of the test hosts.\n' };
  // Of those that need their neighbours the command is a link to one of them.
  const files: readonly ArchiveFile[] =
    source.wholeDirectory === true
      ? [
          license,
          { path: `${path}.run`, content: program, isExecutable: true },
          { path, linkTo: `${baseName(path)}.run` },
        ]
      : [license, { path, content: program, isExecutable: true }];
  switch (source.archive) {
    case undefined:
      return program;
    case 'zip':
      return zipOf(files);
    case 'deb': {
      const installed = { path: `./usr/bin/${name}`, content: program, isExecutable: true };
      return await debOf({ name, version, architecture, files: [installed] });
    }
    default:
      return await tarOf(files, source.archive);
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

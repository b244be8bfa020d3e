import data from './catalog.json' with { type: 'json' };

export type Architecture = 'amd64' | 'arm64';

/** A file that a release offers for one architecture. `{version}` and `{arch}` in templates are replaced. */
export interface ReleaseAsset {
  /** File name in the release. */
  readonly name?: string;
  /** Whole address, where the file is not in a GitHub release. */
  readonly url?: string;
  /** Of the catalog's version, lower-case hexadecimal. */
  readonly sha256?: string;
  /** The release's checksum file for this asset alone, where it follows no pattern. */
  readonly checksums?: string;
}

/** `deb`: a Debian package, which is installed, not unpacked. */
export type Archive = 'tar.gz' | 'tar.bz2' | 'tar.xz' | 'zip' | 'deb';

interface DownloadedFiles {
  readonly assets: Readonly<Partial<Record<Architecture, ReleaseAsset>>>;
  /** Absent: the file is the executable itself. */
  readonly archive?: Archive;
  readonly innerPath?: string;
  /** The executable needs the files that lie beside it in the archive. */
  readonly wholeDirectory?: boolean;
  /** Name of the release's checksum file; `{asset}` is the asset's name. */
  readonly checksums?: string;
}

/** Where a binary for Linux comes from. */
export type BinarySource =
  | (DownloadedFiles & {
      readonly kind: 'githubRelease';
      readonly repository: string;
      readonly formerRepositories?: readonly string[];
      readonly tag: string;
    })
  | (DownloadedFiles & { readonly kind: 'download' })
  | { readonly kind: 'apt' | 'npm' | 'go' | 'uv' | 'pip'; readonly package: string }
  /** Part of the official image. */
  | { readonly kind: 'base' }
  | { readonly kind: 'none'; readonly reason: string; readonly instead?: string };

/** An external CLI that a skill needs. */
export interface CatalogBinary {
  /** The command's name on PATH. */
  readonly name: string;
  readonly summary: string;
  readonly skills: readonly string[];
  readonly version?: string;
  readonly source: BinarySource;
  /** argv that prints the version; without it `--version`, then `--help` is tried. */
  readonly versionProbe?: readonly string[];
  /** Any of these satisfies the skill. */
  readonly anyOf?: readonly string[];
  readonly needsGlibc?: boolean;
  /** Debian packages that it needs at run time. */
  readonly aptPackages?: readonly string[];
  /** Folders in the container that hold its state. */
  readonly persist?: readonly string[];
  /** `NAME` or `NAME=value`. */
  readonly environment?: readonly string[];
  readonly knownBadUrls?: readonly string[];
  /** Public sources of these facts. */
  readonly evidence: string;
}

/** The binaries whose sources were checked. Tests hold the data against the schema that people's own entries meet. */
export function catalog(): readonly CatalogBinary[] {
  return data.binaries as readonly CatalogBinary[];
}

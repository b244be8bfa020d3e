import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { Architecture, CatalogBinary } from '../../binaries/catalog.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import type { TextRange } from '../../text/TextRange.ts';

/** What an address has to do with a binary of the catalog. */
export interface CatalogDownload {
  /** The catalog's entry, or the same one of the version that the address names, without digests that are not that version's. */
  readonly binary: CatalogBinary;
  /** The version that the address names, where another one is taken instead. */
  readonly insteadOf: string | undefined;
}

const releaseAsset =
  /^https?:\/\/github\.com\/([^/]+\/[^/]+)\/releases\/(?:latest\/download|download\/([^/]+))\/([^/?#]+)/i;

/** Repositories that pages named and that never were, and the binary that was meant. */
export const neverExisted: Readonly<Record<string, string>> = { 'steipete/gog': 'gog', 'openclaw/gog': 'gog' };

/** The binary of the catalog that an address is a download of. */
export function catalogDownload(url: string, catalog: BinaryCatalog): CatalogDownload | undefined {
  const match = releaseAsset.exec(url);
  if (match === null) return catalogAddress(url, catalog);
  const [, repository = '', tag, asset = ''] = match;
  const wanted = repository.toLowerCase();
  const real = catalog.binaries.find((entry) => repositoriesOf(entry).includes(wanted));
  const binary = real ?? catalog.binaries.find(({ name }) => neverExisted[wanted] === name);
  if (binary?.version === undefined || binary.source.kind !== 'githubRelease') return undefined;
  const version = tag === undefined ? undefined : versionOfTag(binary.source.tag, tag);
  if (tag === undefined || version === binary.version) return { binary, insteadOf: undefined };
  // A version that only the build knows stays the person's own.
  if (tag.includes('$')) return undefined;
  const older = version === undefined || real === undefined ? undefined : ofVersion(binary, version, asset);
  return older === undefined ? { binary, insteadOf: version ?? tag } : { binary: older, insteadOf: undefined };
}

/** Of a repository in its present and its former places, in lower case. */
export function repositoriesOf({ source }: CatalogBinary): readonly string[] {
  if (source.kind !== 'githubRelease') return [];
  return [source.repository, ...(source.formerRepositories ?? [])].map((name) => name.toLowerCase());
}

/** An address of the catalog itself, of the version that the catalog has. */
function catalogAddress(url: string, catalog: BinaryCatalog): CatalogDownload | undefined {
  let addresses = knownAddresses.get(catalog);
  if (addresses === undefined) {
    addresses = addressesOf(catalog);
    knownAddresses.set(catalog, addresses);
  }
  const binary = addresses.get(url);
  return binary === undefined ? undefined : { binary, insteadOf: undefined };
}

const knownAddresses = new WeakMap<BinaryCatalog, ReadonlyMap<string, CatalogBinary>>();

/** The first binary counts where two have the same address. */
function addressesOf(catalog: BinaryCatalog): ReadonlyMap<string, CatalogBinary> {
  const addresses = new Map<string, CatalogBinary>();
  for (const binary of catalog.binaries) {
    const { source, version = '' } = binary;
    if (source.kind !== 'download') continue;
    for (const asset of Object.values(source.assets)) {
      const url = asset?.url?.replaceAll('{version}', version);
      if (url !== undefined && !addresses.has(url)) addresses.set(url, binary);
    }
  }
  return addresses;
}

function versionOfTag(template: string, tag: string): string | undefined {
  const [before = '', after = ''] = template.split('{version}');
  const version =
    tag.startsWith(before) && tag.endsWith(after) ? tag.slice(before.length, tag.length - after.length) : '';
  return /^\d+(?:\.\d+)*(?:[-+][\w.]+)?$/.test(version) ? version : undefined;
}

/** Only where the release's own names are those of the catalog, and it brings its checksums along. */
function ofVersion(binary: CatalogBinary, version: string, asset: string): CatalogBinary | undefined {
  const { source } = binary;
  if (source.kind !== 'githubRelease' || source.checksums === undefined) return undefined;
  const architectures = Object.keys(source.assets) as Architecture[];
  // What stands in a variable may be anything.
  const pattern = new RegExp(
    `^${asset
      .split(/\$\{[^}]*\}|\$\w+/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  );
  const names = architectures.map((arch) => source.assets[arch]?.name?.replaceAll('{version}', version) ?? '');
  if (!names.some((name) => pattern.test(name))) return undefined;
  const assets = Object.fromEntries(
    architectures.map((arch) => [arch, { name: source.assets[arch]?.name ?? '' }]),
  ) as typeof source.assets;
  return { ...binary, version, source: { ...source, assets } };
}

/** The catalog's own address of a binary's asset for the architecture that an asset's name names. */
export function catalogUrl(binary: CatalogBinary, asset: string): string | undefined {
  if (binary.source.kind !== 'githubRelease' || binary.version === undefined) return undefined;
  const name = binary.source.assets[/arm64|aarch64/i.test(asset) ? 'arm64' : 'amd64']?.name;
  if (name === undefined) return undefined;
  const filled = `${binary.source.tag}/${name}`.replaceAll('{version}', binary.version);
  return `https://github.com/${binary.source.repository}/releases/download/${filled}`;
}

/** The edit that puts an address in the place of another one; quotes around it stay. */
export function addressEdit(range: TextRange, url: string, newText: string): TextEdit {
  const isQuoted = range.end - range.start === url.length + 2;
  return { range: isQuoted ? { start: range.start + 1, end: range.end - 1 } : range, newText };
}

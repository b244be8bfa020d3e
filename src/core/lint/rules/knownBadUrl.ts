import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { CatalogBinary, ReleaseAsset } from '../../binaries/catalog.ts';
import type { TextRange } from '../../text/TextRange.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { asDownload } from '../downloadInstalls.ts';
import { type DownloadSite, downloadSites } from '../downloadSites.ts';
import { catalogUrl, neverExisted, repositoriesOf } from '../fixes/catalogDownload.ts';
import { knownBadUrlFixes } from '../fixes/knownBadUrlFixes.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import { uniqueFindings } from '../uniqueFindings.ts';

/** Asset names that never existed went from page to page: the download is a 404, and without `curl -f` an executable that is none. */
export const knownBadUrl: Rule = {
  id: 'known-bad-url',
  summary: 'Use an asset name that exists',
  why: "The release has no file of this name, so the download is an error page: the build fails, or the image holds the page under the binary's name.",
  severity: 'error',
  noFix: 'where the release has no file for Linux at all.',
  check: (project) => {
    const found: Finding[] = [];
    for (const { path, commands } of startedScripts(project)) {
      for (const command of commands)
        for (const { value, range } of asDownload(command)?.urls ?? [])
          found.push(...listOf(findingFor({ path, url: value, range }, project.catalog)));
    }
    return uniqueFindings(found);
  },
  checkStage: (place, catalog) => downloadSites(place).flatMap((site) => listOf(site.rememberFor(catalog, ofSite))),
  bad: {
    Dockerfile:
      'FROM node:24-bookworm\nADD https://github.com/steipete/gogcli/releases/latest/download/gogcli_linux_amd64.tar.gz /tmp/\n',
  },
  good: {
    Dockerfile:
      'FROM node:24-bookworm\nADD https://github.com/openclaw/gogcli/releases/download/v0.37.0/gogcli_0.37.0_linux_amd64.tar.gz /tmp/\n',
  },
};

interface Site {
  readonly path: string;
  readonly url: string;
  readonly range: TextRange;
  readonly site?: DownloadSite;
}

function listOf(finding: Finding | undefined): readonly Finding[] {
  return finding === undefined ? [] : [finding];
}

function ofSite(site: DownloadSite, catalog: BinaryCatalog): Finding | undefined {
  const { path, url, range } = site;
  return findingFor({ path, url, range, site }, catalog);
}

function findingFor(place: Site, catalog: BinaryCatalog): Finding | undefined {
  return assetFinding(place, catalog) ?? listedFinding(place, catalog);
}

const releaseAsset =
  /^https?:\/\/github\.com\/([^/]+\/[^/]+)\/releases\/(?:latest\/download|download\/[^/]+)\/([^/?#]+)/i;

/** `$ARCH`, `${TARGETARCH}`, `$(uname -m)`, `$(dpkg --print-architecture)` */
const architectureVariable = /\$(?:\w*arch\w*|\{\w*arch\w*\}|\((?:uname -m|dpkg --print-architecture)\))/gi;

function assetFinding(place: Site, catalog: BinaryCatalog): Finding | undefined {
  const { path, url, range } = place;
  const match = releaseAsset.exec(url);
  if (match === null) return undefined;
  const [, repository = '', written = ''] = match;
  // Whatever the architecture is, it is no version.
  const asset = written.replace(architectureVariable, 'amd64');
  const isOfAnyArchitecture = asset !== written;
  if (asset.includes('$')) return undefined;
  const binary = catalog.binaries.find(
    (entry) => isFrom(entry, repository) || neverExisted[repository.toLowerCase()] === entry.name,
  );
  if (binary === undefined) return undefined;
  const wrongRepository = !isFrom(binary, repository);
  if (!wrongRepository && !isWrongName(binary, asset)) return undefined;
  const right = isOfAnyArchitecture ? undefined : catalogUrl(binary, asset);
  const what = wrongRepository
    ? `There is no repository ${repository}`
    : `No release of ${binary.name} has a file "${written}"`;
  const fixes = (): readonly Fix[] => knownBadUrlFixes(place, right, catalog);
  const hint = right === undefined ? '' : ` The file is ${right}.`;
  return { path, range, message: `${what}: this download is an error page (404).${hint}`, fixes };
}

/** An address that an entry of the catalog, or of the project's own, lists as one that does not exist. */
function listedFinding(place: Site, catalog: BinaryCatalog): Finding | undefined {
  const { path, url, range } = place;
  if (url.includes('$')) return undefined;
  const text = withoutScheme(url);
  const binary = listedBadUrls(catalog).find(({ parts }) => matches(parts, text))?.binary;
  if (binary === undefined) return undefined;
  const right = catalogUrl(binary, url.slice(url.lastIndexOf('/') + 1));
  const hint = right === undefined || right === url ? '' : ` The file is ${right}.`;
  const message = `The catalog lists this address of ${binary.name} as one that does not exist.${hint}`;
  return { path, range, message, fixes: () => (hint === '' ? [] : knownBadUrlFixes(place, right, catalog)) };
}

interface ListedBadUrl {
  readonly binary: CatalogBinary;
  /** What stands between the `…`, without the scheme and in lower case. */
  readonly parts: readonly string[];
}

function listedBadUrls(catalog: BinaryCatalog): readonly ListedBadUrl[] {
  let listed = knownLists.get(catalog);
  if (listed === undefined) {
    listed = catalog.binaries.flatMap((binary) =>
      (binary.knownBadUrls ?? []).map((url) => ({ binary, parts: withoutScheme(url).split('…') })),
    );
    knownLists.set(catalog, listed);
  }
  return listed;
}

const knownLists = new WeakMap<BinaryCatalog, readonly ListedBadUrl[]>();

/** The first part begins the text, the last one ends it, and the others stand between them in order. */
function matches(parts: readonly string[], text: string): boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  const last = parts.at(-1) ?? '';
  return text.length - last.length >= at && text.endsWith(last);
}

function withoutScheme(address: string): string {
  return address.toLowerCase().replace(/^https?:\/\//, '');
}

function isFrom(binary: CatalogBinary, repository: string): boolean {
  return repositoriesOf(binary).includes(repository.toLowerCase());
}

/** Names of this project's assets carry the version; one for Linux without it cannot exist. Checksum files are other names. */
function isWrongName(binary: CatalogBinary, asset: string): boolean {
  if (binary.source.kind !== 'githubRelease' || !/linux/i.test(asset) || /\d+\.\d+/.test(asset)) return false;
  return Object.values(binary.source.assets).every(
    (known: ReleaseAsset | undefined) => known?.name?.includes('{version}') !== false,
  );
}

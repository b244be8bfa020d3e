import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import type { CatalogBinary, ReleaseAsset } from '../../binaries/catalog.ts';
import type { TextRange } from '../../text/TextRange.ts';
import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { asDownload } from '../downloadInstalls.ts';
import { downloadSites } from '../downloadSites.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';

/** Asset names that never existed went from page to page: the download is a 404, and without `curl -f` an executable that is none. */
export const knownBadUrl: Rule = {
  id: 'known-bad-url',
  summary: 'Use an asset name that exists',
  why: "The release has no file of this name, so the download is an error page: the build fails, or the image holds the page under the binary's name.",
  severity: 'error',
  check: (project) => {
    const sites = downloadSites(project).map(({ path, url, range }) => ({ path, url, range }));
    const started = startedScripts(project).flatMap(({ path, commands }) =>
      commands.flatMap(
        (command) => asDownload(command)?.urls.map(({ value, range }) => ({ path, url: value, range })) ?? [],
      ),
    );
    const findings = new Map<string, Finding>();
    for (const site of [...sites, ...started]) {
      const finding = findingFor(site, project.catalog);
      if (finding !== undefined) findings.set(`${site.path}:${site.range.start}`, finding);
    }
    return findings.values();
  },
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
}

const releaseAsset =
  /^https?:\/\/github\.com\/([^/]+\/[^/]+)\/releases\/(?:latest\/download|download\/[^/]+)\/([^/?#]+)/i;
/** A repository that the pages named and that never was. */
const neverExisted: Readonly<Record<string, string>> = { 'steipete/gog': 'gog', 'openclaw/gog': 'gog' };

function findingFor({ path, url, range }: Site, catalog: BinaryCatalog): Finding | undefined {
  const match = releaseAsset.exec(url);
  if (match === null) return undefined;
  const [, repository = '', asset = ''] = match;
  if (asset.includes('$')) return undefined;
  const binary = catalog.binaries.find(
    (entry) => isFrom(entry, repository) || neverExisted[repository.toLowerCase()] === entry.name,
  );
  if (binary === undefined) return undefined;
  const wrongRepository = !isFrom(binary, repository);
  if (!wrongRepository && !isWrongName(binary, asset)) return undefined;
  const right = rightUrl(binary, asset);
  const what = wrongRepository
    ? `There is no repository ${repository}`
    : `No release of ${binary.name} has a file "${asset}"`;
  const fixes: readonly Fix[] =
    right === undefined
      ? []
      : [
          {
            title: `Use ${right.slice(right.lastIndexOf('/') + 1)}`,
            edits: [{ path, edits: [{ range, newText: right }] }],
          },
        ];
  const hint = right === undefined ? '' : ` The file is ${right}.`;
  return { path, range, message: `${what}: this download is an error page (404).${hint}`, fixes };
}

function isFrom(binary: CatalogBinary, repository: string): boolean {
  if (binary.source.kind !== 'githubRelease') return false;
  const wanted = repository.toLowerCase();
  return [binary.source.repository, ...(binary.source.formerRepositories ?? [])].some(
    (name) => name.toLowerCase() === wanted,
  );
}

/** Names of this project's assets carry the version; one for Linux without it cannot exist. Checksum files are other names. */
function isWrongName(binary: CatalogBinary, asset: string): boolean {
  if (binary.source.kind !== 'githubRelease' || !/linux/i.test(asset) || /\d+\.\d+/.test(asset)) return false;
  return Object.values(binary.source.assets).every(
    (known: ReleaseAsset | undefined) => known?.name?.includes('{version}') !== false,
  );
}

function rightUrl(binary: CatalogBinary, asset: string): string | undefined {
  if (binary.source.kind !== 'githubRelease' || binary.version === undefined) return undefined;
  const name = binary.source.assets[/arm64|aarch64/i.test(asset) ? 'arm64' : 'amd64']?.name?.replaceAll(
    '{version}',
    binary.version,
  );
  const tag = binary.source.tag.replaceAll('{version}', binary.version);
  return name === undefined
    ? undefined
    : `https://github.com/${binary.source.repository}/releases/download/${tag}/${name}`;
}

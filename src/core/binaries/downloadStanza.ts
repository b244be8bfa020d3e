import type { BaseImage } from './baseImage.ts';
import type { Architecture, BinarySource, CatalogBinary, ReleaseAsset } from './catalog.ts';
import type { Stanza } from './stanza.ts';
import {
  aptClean,
  aptInstall,
  aptUpdate,
  binFolder,
  builderStageName,
  copyFrom,
  makeTmp,
  probeInTmp,
  removeTmp,
  rpmManager,
  run,
  runtimePackages,
} from './stanzaSteps.ts';

type DownloadSource = Extract<BinarySource, { readonly kind: 'githubRelease' | 'download' }>;

/**
 * A file of a release: fetched into a file, its checksum compared, unpacked, put into place, run once. An image without a shell gets
 * it from a build stage.
 */
export function downloadStanza(binary: CatalogBinary, source: DownloadSource, base: BaseImage, marker: string): Stanza {
  const note = hasChecksum(source)
    ? ''
    : '\n# This release publishes no checksum: only the archive itself can be checked.';
  const head = (from: string): string => `${marker}${note}\n${from}ARG TARGETARCH\n`;
  if (base.family !== 'empty') return { lines: `${head('')}${run(steps(binary, source, base, false))}` };
  const stage = builderStageName(binary);
  const copies = [
    copyFrom(stage, `${binFolder}/${binary.name}`),
    // What talks to an API over TLS needs the authorities, which the emptiest images lack.
    ...(base.hasCertificates ? [] : [copyFrom(stage, '/etc/ssl/certs/ca-certificates.crt')]),
  ];
  return {
    builder: `${head(`FROM debian:bookworm-slim AS ${stage}\n`)}${run(steps(binary, source, builderBase, true))}`,
    lines: [marker, ...copies].join('\n'),
  };
}

const builderBase: BaseImage = {
  family: 'debian',
  user: 'root',
  isGateway: false,
  programs: new Set(['tar', 'gzip']),
  hasGlibc: true,
  hasCertificates: false,
};

function steps(
  binary: CatalogBinary,
  source: DownloadSource,
  base: BaseImage,
  isThrownAway: boolean,
): readonly string[] {
  const tools = toolSteps(binary, source, base, isThrownAway);
  return [
    ...architectureSteps(binary, source),
    ...tools.before,
    makeTmp,
    fetchStep(base, '"$tmp/$asset"', '"$url"'),
    ...checksumSteps(source, base, binary.version ?? ''),
    ...unpackSteps(binary, source),
    probeInTmp(binary, source.archive === 'deb' ? binary.name : undefined),
    removeTmp,
    ...tools.after,
  ];
}

const machineNames: Readonly<Record<Architecture, string>> = { amd64: 'amd64|x86_64', arm64: 'arm64|aarch64' };

/** BuildKit says for which architecture it builds; the classic builder does not, then the image's own counts. */
function architectureSteps(binary: CatalogBinary, source: DownloadSource): readonly string[] {
  const version = binary.version ?? '';
  const fill = (template: string, arch: Architecture): string =>
    template.replaceAll('{version}', version).replaceAll('{arch}', arch);
  const innerVaries = source.innerPath?.includes('{arch}') === true;
  const branches = (['amd64', 'arm64'] as const).flatMap((arch) => {
    const asset = source.assets[arch];
    if (asset === undefined) return [];
    const url = fill(addressOf(source, asset), arch);
    const values = [
      `asset=${fill(asset.name ?? url.slice(url.lastIndexOf('/') + 1), arch)}`,
      ...(asset.sha256 === undefined ? [] : [`sha256=${asset.sha256}`]),
      ...(innerVaries ? [`inner=${fill(source.innerPath ?? '', arch)}`] : []),
      ...(asset.checksums === undefined || hasDigests(source) ? [] : [`sums=${fill(asset.checksums, arch)}`]),
      ...(source.kind === 'download' ? [`url=${url}`] : []),
    ];
    return [`  ${machineNames[arch]}) ${values.join('; ')} ;;`];
  });
  const known = [
    `arch="\${TARGETARCH:-$(dpkg --print-architecture 2>/dev/null || uname -m)}"`,
    [
      'case "$arch" in',
      ...branches,
      `  *) echo "${binary.name} ${version} has no Linux build for $arch" >&2; exit 1 ;;`,
      'esac',
    ].join(' \\\n    '),
  ];
  if (source.kind === 'download') return known;
  const tag = source.tag.replaceAll('{version}', version);
  return [...known, `url="https://github.com/${source.repository}/releases/download/${tag}/$asset"`];
}

function addressOf(source: BinarySource, asset: ReleaseAsset): string {
  return source.kind === 'download' ? (asset.url ?? '') : (asset.name ?? '');
}

/** A server's error is an error, also after a redirect. BusyBox's wget (Alpine) says why even when it is quiet; GNU's does not. */
function fetchStep(base: BaseImage, file: string, address: string): string {
  if (!usesWget(base)) return `curl -fsSL --retry 3 -o ${file} ${address}`;
  return base.family === 'alpine' ? `wget -q -O ${file} ${address}` : `wget -nv --tries=3 -O ${file} ${address}`;
}

function usesWget({ programs }: BaseImage): boolean {
  return !programs.has('curl') && programs.has('wget');
}

function hasChecksum(source: DownloadSource): boolean {
  return source.checksums !== undefined || hasOwnChecksums(source) || hasDigests(source);
}

/** Each asset has a checksum file of its own, under a name that follows no pattern. */
function hasOwnChecksums(source: DownloadSource): boolean {
  return Object.values(source.assets).every((asset) => asset?.checksums !== undefined);
}

function hasDigests(source: DownloadSource): boolean {
  return Object.values(source.assets).every((asset) => asset?.sha256 !== undefined);
}

function checksumSteps(source: DownloadSource, base: BaseImage, version: string): readonly string[] {
  if (hasDigests(source)) return ['echo "$sha256  $tmp/$asset" | sha256sum -c -'];
  const template = hasOwnChecksums(source) ? '$sums' : source.checksums;
  if (template === undefined) return [];
  const file = template.replaceAll('{asset}', '$asset').replaceAll('{version}', version);
  return [
    fetchStep(base, '"$tmp/checksums"', `"\${url%/*}/${file}"`),
    `grep " [ *]$asset\\$" "$tmp/checksums" >"$tmp/expected" || { echo "${file} has no checksum of $asset" >&2; exit 1; }`,
    '(cd "$tmp" && sha256sum -c expected)',
  ];
}

const tarFlags = { 'tar.gz': 'z', 'tar.bz2': 'j', 'tar.xz': 'J' } as const;

function unpackSteps(binary: CatalogBinary, source: DownloadSource): readonly string[] {
  const { archive, innerPath = binary.name, wholeDirectory } = source;
  const target = `${binFolder}/${binary.name}`;
  if (archive === undefined) return [`install -m 0755 "$tmp/$asset" ${target}`];
  if (archive === 'deb') return [aptUpdate, aptInstall('"$tmp/$asset"'), aptClean];
  const version = binary.version ?? '';
  const inner = innerPath.includes('{arch}') ? '"$inner"' : innerPath.replaceAll('{version}', version);
  const path = innerPath.includes('{arch}') ? '"$tmp/$inner"' : `"$tmp/${inner}"`;
  const unpack = (folder: string, member: string): string =>
    archive === 'zip'
      ? `unzip -q "$tmp/$asset"${member} -d ${folder}`
      : `tar -x${tarFlags[archive]}f "$tmp/$asset" -C ${folder}${member}`;
  if (wholeDirectory === true) {
    const folder = `/opt/${binary.name}`;
    return [
      `mkdir -p ${folder}`,
      unpack(folder, ''),
      `chown -R 0:0 ${folder}`,
      `chmod -R a+rX,go-w ${folder}`,
      `ln -sf ${folder}/${inner} ${target}`,
    ];
  }
  return [unpack('"$tmp"', ` ${inner}`), `install -m 0755 ${path} ${target}`];
}

/** Debian package names of the programs that fetching and unpacking takes. */
function missingTools(source: DownloadSource, base: BaseImage): readonly string[] {
  const { archive } = source;
  const unpacking = {
    zip: ['unzip'],
    'tar.gz': ['tar', 'gzip'],
    'tar.bz2': ['tar', 'bzip2'],
    'tar.xz': ['tar', 'xz-utils'],
    deb: [],
  };
  const tools = [usesWget(base) ? 'wget' : 'curl', ...(archive === undefined ? [] : unpacking[archive])];
  // Every distribution has these two but the smallest of Red Hat's.
  const isThere = (tool: string): boolean =>
    base.programs.has(tool) || (base.family !== 'rhel' && /^(?:tar|gzip)$/.test(tool));
  return tools.filter((tool) => !isThere(tool));
}

interface ToolSteps {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Installs what the base lacks: packages that the binary needs stay, tools for fetching and unpacking go again. The authorities that
 * TLS needs stay too, because the binary needs them as well.
 */
function toolSteps(binary: CatalogBinary, source: DownloadSource, base: BaseImage, isThrownAway: boolean): ToolSteps {
  const missing = missingTools(source, base);
  const kept = runtimePackages(binary, base);
  switch (base.family) {
    case 'alpine':
      return apkSteps(missing, kept);
    case 'rhel':
      return missing.length === 0
        ? { before: [], after: [] }
        : {
            before: [...wanted(missing, base), `[ -z "$added" ] || ${rpmManager} install -y $added`],
            after: [`[ -z "$added" ] || ${rpmManager} remove -y $added`, `${rpmManager} clean all`],
          };
    case 'debian':
      return aptSteps(missing, kept, base, isThrownAway);
    default:
      return anySteps(missing, kept, base, binary);
  }
}

/** Collects in `$added` what is to be installed for the time of the build. */
function wanted(missing: readonly string[], base: BaseImage): readonly string[] {
  const program = (tool: string): string => (tool === 'xz-utils' ? 'xz' : tool);
  const name = (tool: string): string => (tool === 'xz-utils' && base.family === 'rhel' ? 'xz' : tool);
  return [
    'added=""',
    ...missing.map((tool) => `command -v ${program(tool)} >/dev/null || added="$added ${name(tool)}"`),
  ];
}

function apkSteps(missing: readonly string[], kept: readonly string[]): ToolSteps {
  const names = missing.map((tool) => (tool === 'xz-utils' ? 'xz' : tool)).join(' ');
  return {
    before: [
      ...(kept.length > 0 ? [`apk add --no-cache ${kept.join(' ')}`] : []),
      ...(missing.length > 0 ? [`apk add --no-cache --virtual .openclaw-vm ${names}`] : []),
    ],
    after: missing.length > 0 ? ['apk del .openclaw-vm'] : [],
  };
}

function aptSteps(
  missing: readonly string[],
  kept: readonly string[],
  base: BaseImage,
  isThrownAway: boolean,
): ToolSteps {
  if (missing.length === 0) {
    return kept.length === 0
      ? { before: [], after: [] }
      : { before: [aptUpdate, aptInstall(kept.join(' '))], after: [aptClean] };
  }
  const stay = ['ca-certificates', ...kept];
  if (isThrownAway) return { before: [aptUpdate, aptInstall([...stay, ...missing].join(' '))], after: [] };
  const install = [aptUpdate, aptInstall([...stay, '$added'].join(' '))];
  return {
    before: [
      ...wanted(missing, base),
      ...(kept.length > 0 ? install : [`if [ -n "$added" ]; then ${install.join('; ')}; fi`]),
    ],
    after: ['if [ -n "$added" ]; then apt-get purge -y --auto-remove $added; fi', aptClean],
  };
}

/** For a base of which only the build knows what it is. */
function anySteps(
  missing: readonly string[],
  kept: readonly string[],
  base: BaseImage,
  binary: CatalogBinary,
): ToolSteps {
  if (missing.length === 0 && kept.length === 0) return { before: [], after: [] };
  const list = ['ca-certificates', ...kept, ...(missing.length > 0 ? ['$added'] : [])].join(' ');
  const install = [
    `if command -v apk >/dev/null; then apk add --no-cache ${list}`,
    `elif command -v apt-get >/dev/null; then ${aptUpdate}; ${aptInstall(list)}`,
    `else echo "${binary.name} needs$added${kept.map((name) => ` ${name}`).join('')}: install that in this image first" >&2; exit 1; fi`,
  ].join('; ');
  const remove = [
    'if command -v apk >/dev/null; then apk del $added',
    'elif command -v apt-get >/dev/null; then apt-get purge -y --auto-remove $added; fi',
  ].join('; ');
  return {
    before: [
      ...(missing.length > 0 ? wanted(missing, base) : ['added=""']),
      kept.length > 0 ? install : `if [ -n "$added" ]; then ${install}; fi`,
    ],
    after: [...(missing.length > 0 ? [`if [ -n "$added" ]; then ${remove}; fi`] : []), aptClean],
  };
}

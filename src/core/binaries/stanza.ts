import type { BaseImage } from './baseImage.ts';
import type { Architecture, BinarySource, CatalogBinary, ReleaseAsset } from './catalog.ts';

/** The lines that bake a binary into an image. */
export interface Stanza {
  /** A build stage of its own, put before the final stage. */
  readonly builder?: string;
  /** Lines for the final stage; they run as root. */
  readonly lines: string;
}

export type StanzaResult =
  | { readonly ok: true; readonly stanza: Stanza }
  | { readonly ok: false; readonly reason: string };

/** The comment above a stanza, by which it is found again. `version` is `apt` for a distribution's package. */
export function stanzaMarker(binary: CatalogBinary): string {
  return `# openclaw-vm: ${binary.name} ${binary.version ?? binary.source.kind}`;
}

/** Name of the build stage for binaries that the final stage cannot fetch or compile itself. */
export function builderStageName(binary: CatalogBinary): string {
  return `openclaw-vm-${binary.name.toLowerCase().replace(/[^a-z0-9_.-]/g, '-')}`;
}

/** Writes the stanza of one binary for a base image. */
export function renderStanza(binary: CatalogBinary, base: BaseImage): StanzaResult {
  const { source } = binary;
  const label = binary.version === undefined ? binary.name : `${binary.name} ${binary.version}`;
  if (source.kind === 'none') return { ok: false, reason: `${binary.name} has no Linux build: ${source.reason}.` };
  if (source.kind === 'base' && (base.isGateway || !debianPackages.has(binary.name))) {
    return { ok: false, reason: `${binary.name} is already part of the official gateway image.` };
  }
  if (base.family === 'windows')
    return { ok: false, reason: `${label} is baked into Linux images; this image is a Windows one.` };
  if (binary.needsGlibc === true && base.family === 'alpine') {
    return {
      ok: false,
      reason: `${label} needs glibc, and this image is Alpine (musl). Use a Debian base such as node:24-bookworm-slim.`,
    };
  }
  const marker = stanzaMarker(binary);
  switch (source.kind) {
    case 'githubRelease':
    case 'download':
      return downloaded(binary, source, base, marker);
    case 'go':
      return { ok: true, stanza: goStanza(binary, source.package, marker) };
    case 'base':
      return packaged(binary, binary.name, base, marker);
    case 'apt':
      return packaged(binary, source.package, base, marker);
    case 'npm':
    case 'uv':
    case 'pip':
      if (base.family === 'empty') {
        return {
          ok: false,
          reason: `${label} is installed by ${source.kind}, and this image has neither ${source.kind} nor a shell.`,
        };
      }
      return { ok: true, stanza: { lines: `${marker}\n${run(languageSteps(binary, source.kind, source.package))}` } };
  }
}

type Downloaded = Extract<BinarySource, { readonly kind: 'githubRelease' | 'download' }>;

/** Parts of the official image that are Debian packages of the same name. */
const debianPackages = new Set(['curl', 'git', 'python3', 'openssl', 'lsof']);

const binFolder = '/usr/local/bin';

function run(steps: readonly string[]): string {
  return `RUN ${['set -eu', ...steps].join('; \\\n    ')}`;
}

/** `--help` where no probe is known: it fails as surely where the file cannot run at all. */
function probe(binary: CatalogBinary): string {
  const path = `${binFolder}/${binary.name}`;
  if (binary.versionProbe === undefined) return `{ ${path} --version || ${path} --help; } >/dev/null`;
  return [path, ...binary.versionProbe.slice(1)].join(' ');
}

function downloaded(binary: CatalogBinary, source: Downloaded, base: BaseImage, marker: string): StanzaResult {
  const fetcher = base.family === 'empty' ? emptyBuilderBase : base;
  const steps = [
    ...architectureCase(binary, source),
    ...toolsBefore(source, fetcher, binary),
    'tmp="$(mktemp -d)"',
    'curl -fsSL --retry 3 -o "$tmp/$asset" "$url"',
    ...checksumSteps(source, binary.version ?? ''),
    ...unpackSteps(binary, source),
    `export HOME="$tmp"; ${probe(binary)}`,
    'rm -rf "$tmp"',
    ...toolsAfter(source, fetcher, binary),
  ];
  const note = hasChecksum(source)
    ? ''
    : '\n# This release publishes no checksum: only the archive itself can be checked.';
  const lines = `${marker}${note}\nARG TARGETARCH\n${run(steps)}`;
  if (base.family !== 'empty') return { ok: true, stanza: { lines } };
  if (source.wholeDirectory === true || binary.needsGlibc === true) {
    return { ok: false, reason: `${binary.name} needs libraries that an image without a distribution does not have.` };
  }
  const stage = builderStageName(binary);
  return {
    ok: true,
    stanza: {
      builder: `${marker}${note}\nFROM debian:bookworm-slim AS ${stage}\nARG TARGETARCH\n${run(steps)}`,
      lines: `${marker}\n${copyFrom(stage, binary.name)}`,
    },
  };
}

const emptyBuilderBase: BaseImage = {
  family: 'debian',
  user: 'root',
  isGateway: false,
  programs: new Set(['tar', 'gzip']),
};

function copyFrom(stage: string, name: string): string {
  return `COPY --from=${stage} ${binFolder}/${name} ${binFolder}/${name}`;
}

const machineNames: Readonly<Record<Architecture, string>> = { amd64: 'amd64|x86_64', arm64: 'arm64|aarch64' };

function architectureCase(binary: CatalogBinary, source: Downloaded): readonly string[] {
  const fill = (template: string, arch: Architecture): string =>
    template.replaceAll('{version}', binary.version ?? '').replaceAll('{arch}', arch);
  const innerVaries = source.innerPath?.includes('{arch}') === true;
  const branches = (['amd64', 'arm64'] as const).flatMap((arch) => {
    const asset = source.assets[arch];
    if (asset === undefined) return [];
    const url = fill(addressOf(source, asset), arch);
    const values = [
      `asset=${fill(asset.name ?? url.slice(url.lastIndexOf('/') + 1), arch)}`,
      ...(asset.sha256 === undefined ? [] : [`sha256=${asset.sha256}`]),
      ...(innerVaries ? [`inner=${fill(source.innerPath ?? '', arch)}`] : []),
      ...(source.kind === 'download' ? [`url=${url}`] : []),
    ];
    return [`  ${machineNames[arch]}) ${values.join('; ')} ;;`];
  });
  const known = [
    `arch="\${TARGETARCH:-$(dpkg --print-architecture 2>/dev/null || uname -m)}"`,
    [
      'case "$arch" in',
      ...branches,
      `  *) echo "${binary.name} ${binary.version ?? ''} has no Linux build for $arch" >&2; exit 1 ;;`,
      'esac',
    ].join(' \\\n    '),
  ];
  if (source.kind === 'download') return known;
  const tag = source.tag.replaceAll('{version}', binary.version ?? '');
  return [...known, `url="https://github.com/${source.repository}/releases/download/${tag}/$asset"`];
}

function addressOf(source: BinarySource, asset: ReleaseAsset): string {
  return source.kind === 'download' ? (asset.url ?? '') : (asset.name ?? '');
}

function hasChecksum(source: Downloaded): boolean {
  return source.checksums !== undefined || hasDigests(source);
}

function hasDigests(source: Downloaded): boolean {
  return Object.values(source.assets).every((asset) => asset?.sha256 !== undefined);
}

function checksumSteps(source: Downloaded, version: string): readonly string[] {
  if (hasDigests(source)) return ['echo "$sha256  $tmp/$asset" | sha256sum -c -'];
  if (source.checksums === undefined) return [];
  const file = source.checksums.replaceAll('{asset}', '$asset').replaceAll('{version}', version);
  return [
    `curl -fsSL --retry 3 -o "$tmp/checksums" "\${url%/*}/${file}"`,
    'grep " [ *]$asset\\$" "$tmp/checksums" > "$tmp/expected"',
    '(cd "$tmp" && sha256sum -c expected)',
  ];
}

function unpackSteps(binary: CatalogBinary, source: Downloaded): readonly string[] {
  const { archive, innerPath = binary.name, wholeDirectory } = source;
  if (archive === undefined) return [`install -m 0755 "$tmp/$asset" ${binFolder}/${binary.name}`];
  const version = binary.version ?? '';
  const inner = innerPath.includes('{arch}') ? '"$inner"' : innerPath.replaceAll('{version}', version);
  const path = innerPath.includes('{arch}') ? '"$tmp/$inner"' : `"$tmp/${inner}"`;
  const unpack = (folder: string, member: string): string =>
    archive === 'zip'
      ? `unzip -q "$tmp/$asset"${member} -d ${folder}`
      : `tar -x${archive === 'tar.gz' ? 'z' : 'j'}f "$tmp/$asset" -C ${folder}${member}`;
  if (wholeDirectory === true) {
    const folder = `/opt/${binary.name}`;
    return [`mkdir -p ${folder}`, unpack(folder, ''), `ln -sf ${folder}/${inner} ${binFolder}/${binary.name}`];
  }
  return [unpack('"$tmp"', ` ${inner}`), `install -m 0755 ${path} ${binFolder}/${binary.name}`];
}

/** Debian package names of the programs that fetching and unpacking takes. */
function neededTools(source: Downloaded): readonly string[] {
  return ['curl', ...(source.archive === 'zip' ? ['unzip'] : []), ...(source.archive === 'tar.bz2' ? ['bzip2'] : [])];
}

function missingTools(source: Downloaded, base: BaseImage): readonly string[] {
  return neededTools(source).filter((tool) => !base.programs.has(tool));
}

function toolsBefore(source: Downloaded, base: BaseImage, binary: CatalogBinary): readonly string[] {
  const missing = missingTools(source, base);
  const kept = keptPackages(binary, base);
  const packages = [...(missing.length > 0 ? ['ca-certificates'] : []), ...kept];
  if (missing.length === 0 && packages.length === 0) return [];
  if (base.family === 'alpine') {
    return [
      ...(packages.length > 0 ? [`apk add --no-cache ${packages.join(' ')}`] : []),
      ...(missing.length > 0 ? [`apk add --no-cache --virtual .openclaw-vm ${missing.join(' ')}`] : []),
    ];
  }
  const added =
    missing.length > 0
      ? [`added=""`, ...missing.map((tool) => `command -v ${tool} >/dev/null || added="$added ${tool}"`)]
      : [];
  const list = [...packages, ...(missing.length > 0 ? ['$added'] : [])].join(' ');
  const apt = ['apt-get update', `apt-get install -y --no-install-recommends ${list}`];
  if (base.family === 'debian') {
    return kept.length > 0 || missing.length === 0
      ? [...added, ...apt]
      : [...added, `if [ -n "$added" ]; then ${apt.join('; ')}; fi`];
  }
  if (base.family === 'rhel') {
    return [
      ...added,
      `if [ -n "$added" ]; then $(command -v microdnf || command -v dnf || command -v yum) install -y $added; fi`,
    ];
  }
  const anyManager = `if command -v apk >/dev/null; then apk add --no-cache ${list}; elif command -v apt-get >/dev/null; then ${apt.join('; ')}; fi`;
  return kept.length > 0 || missing.length === 0
    ? [...added, anyManager]
    : [...added, `if [ -n "$added" ]; then ${anyManager}; fi`];
}

/** Packages that the binary needs at run time and the image does not have. */
function keptPackages(binary: CatalogBinary, base: BaseImage): readonly string[] {
  return (binary.aptPackages ?? []).filter((name) => name !== 'unzip' && !base.programs.has(name));
}

function toolsAfter(source: Downloaded, base: BaseImage, binary: CatalogBinary): readonly string[] {
  const missing = missingTools(source, base);
  if (base.family === 'alpine') return missing.length > 0 ? ['apk del .openclaw-vm'] : [];
  const clean = 'rm -rf /var/lib/apt/lists/*';
  const usesPackages = keptPackages(binary, base).length > 0;
  if (base.family === 'rhel') return [];
  if (missing.length === 0) return usesPackages ? [clean] : [];
  if (base.family === 'debian') return [`if [ -n "$added" ]; then apt-get purge -y --auto-remove $added; fi`, clean];
  return [
    `if [ -n "$added" ]; then if command -v apk >/dev/null; then apk del $added; elif command -v apt-get >/dev/null; then apt-get purge -y --auto-remove $added; fi; fi`,
    clean,
  ];
}

function goStanza(binary: CatalogBinary, module: string, marker: string): Stanza {
  const stage = builderStageName(binary);
  const apt = binary.aptPackages ?? [];
  const runtime =
    apt.length === 0
      ? []
      : [
          `RUN ${['set -eu', 'apt-get update', `apt-get install -y --no-install-recommends ${apt.join(' ')}`, 'rm -rf /var/lib/apt/lists/*'].join('; \\\n    ')}`,
        ];
  return {
    builder: [
      marker,
      `FROM golang:1-bookworm AS ${stage}`,
      run([`CGO_ENABLED=0 GOBIN=${binFolder} go install ${module}@v${binary.version ?? ''}`, probe(binary)]),
    ].join('\n'),
    lines: [marker, ...runtime, copyFrom(stage, binary.name)].join('\n'),
  };
}

function packaged(binary: CatalogBinary, name: string, base: BaseImage, marker: string): StanzaResult {
  if (base.family === 'empty') {
    return { ok: false, reason: `${binary.name} is a distribution package, and this image has no distribution.` };
  }
  const check = [binary.name, ...(binary.versionProbe?.slice(1) ?? ['--version'])].join(' ');
  const apt = ['apt-get update', `apt-get install -y --no-install-recommends ${name}`, 'rm -rf /var/lib/apt/lists/*'];
  const steps =
    base.family === 'alpine'
      ? [`apk add --no-cache ${name}`]
      : base.family === 'rhel'
        ? [`$(command -v microdnf || command -v dnf || command -v yum) install -y ${name}`]
        : apt;
  return { ok: true, stanza: { lines: `${marker}\n${run([...steps, check])}` } };
}

function languageSteps(binary: CatalogBinary, kind: 'npm' | 'uv' | 'pip', name: string): readonly string[] {
  const at = binary.version ?? '';
  const check = ['tmp="$(mktemp -d)"', `export HOME="$tmp"; ${probe(binary)}`, 'rm -rf "$tmp"'];
  if (kind === 'npm') {
    return [
      `npm install --global --prefix=/usr/local --no-audit --no-fund ${name}@${at}`,
      'npm cache clean --force',
      ...check,
    ];
  }
  if (kind === 'uv')
    return [
      `UV_TOOL_DIR=/opt/uv-tools UV_TOOL_BIN_DIR=${binFolder} uv tool install --no-cache ${name}==${at}`,
      ...check,
    ];
  const folder = `/opt/${binary.name}`;
  return [
    `python3 -m venv ${folder}`,
    `${folder}/bin/pip install --no-cache-dir ${name}==${at}`,
    `ln -sf ${folder}/bin/${binary.name} ${binFolder}/${binary.name}`,
    ...check,
  ];
}

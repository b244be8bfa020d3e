import type { BaseImage } from './baseImage.ts';
import type { CatalogBinary } from './catalog.ts';
import { downloadStanza } from './downloadStanza.ts';
import { goStanza, languageStanza, packageStanza } from './packageStanza.ts';

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

/**
 * Writes the stanza of one binary for a base image. Its RUN is POSIX `sh` that stops at the first command that fails, needs nothing
 * that the base does not have, runs the binary once, and leaves nothing behind but the binary and the packages that it needs.
 */
export function renderStanza(binary: CatalogBinary, base: BaseImage): StanzaResult {
  const { source } = binary;
  const label = binary.version === undefined ? binary.name : `${binary.name} ${binary.version}`;
  if (source.kind === 'none') return { ok: false, reason: `${binary.name} has no Linux build: ${source.reason}.` };
  if (source.kind === 'base' && (base.isGateway || !debianPackages.has(binary.name))) {
    return { ok: false, reason: `${binary.name} is already part of the official gateway image.` };
  }
  const unfit = wordsForShell(binary).find((word) => !/^[\w@%+=:,./~{}^-]*$/.test(word));
  if (unfit !== undefined) {
    return { ok: false, reason: `The entry of ${binary.name} has "${unfit}", which cannot stand in a shell command.` };
  }
  const obstacle = obstacleOf(binary, base, label);
  if (obstacle !== undefined) return { ok: false, reason: obstacle };
  const marker = stanzaMarker(binary);
  switch (source.kind) {
    case 'githubRelease':
    case 'download':
      return { ok: true, stanza: downloadStanza(binary, source, base, marker) };
    case 'go':
      return { ok: true, stanza: goStanza(binary, source.package, base, marker) };
    case 'base':
      return { ok: true, stanza: packageStanza(binary, binary.name, base, marker) };
    case 'apt':
      return { ok: true, stanza: packageStanza(binary, source.package, base, marker) };
    case 'npm':
    case 'uv':
    case 'pip':
      return { ok: true, stanza: languageStanza(binary, source.kind, source.package, base, marker) };
  }
}

/** All that comes from the entry and stands in the stanza: people write entries of their own. */
function wordsForShell({
  name,
  version,
  source,
  aptPackages = [],
  versionProbe = [],
}: CatalogBinary): readonly string[] {
  const words = [name, version, ...aptPackages, ...versionProbe];
  if (source.kind === 'githubRelease' || source.kind === 'download') {
    words.push(source.innerPath, source.checksums);
    if (source.kind === 'githubRelease') words.push(source.repository, source.tag);
    for (const asset of Object.values(source.assets)) {
      words.push(asset?.name, asset?.url, asset?.sha256, asset?.checksums);
    }
  } else if (source.kind !== 'base' && source.kind !== 'none') words.push(source.package);
  return words.filter((word) => word !== undefined);
}

/** Parts of the official image that are Debian packages of the same name. */
const debianPackages = new Set(['curl', 'git', 'python3', 'openssl', 'lsof']);

/** Why the binary cannot be in such an image. */
function obstacleOf(binary: CatalogBinary, base: BaseImage, label: string): string | undefined {
  const { source, aptPackages = [] } = binary;
  const isDownload = source.kind === 'githubRelease' || source.kind === 'download';
  if (base.family === 'windows') return `${label} is baked into Linux images; this image is a Windows one.`;
  if (binary.needsGlibc === true && base.family === 'alpine') {
    return `${label} needs glibc, and this image is Alpine (musl). Use a Debian base such as node:24-bookworm-slim.`;
  }
  if (isDownload && source.archive === 'deb' && base.family !== 'debian' && base.family !== 'unknown') {
    return `${label} is a Debian package, and this image is not Debian.`;
  }
  const packages = aptPackages.filter((name) => name !== 'unzip' && !base.programs.has(name));
  if (base.family === 'rhel' && packages.length > 0 && source.kind !== 'apt') {
    return `${label} needs the Debian packages ${packages.join(', ')}, and this image is not Debian.`;
  }
  if (base.family !== 'empty') return undefined;
  if (isDownload || source.kind === 'go') {
    const needsFiles = isDownload && source.wholeDirectory === true;
    return needsFiles || packages.length > 0 || (binary.needsGlibc === true && !base.hasGlibc)
      ? `${label} needs libraries that an image without a distribution does not have.`
      : undefined;
  }
  return source.kind === 'apt' || source.kind === 'base'
    ? `${binary.name} is a distribution package, and this image has no distribution.`
    : `${label} is installed by ${source.kind}, and this image has neither ${source.kind} nor a shell.`;
}

import type { BaseImage } from './baseImage.ts';
import type { CatalogBinary } from './catalog.ts';

/** What the stanzas of every kind of source share. Programs go where each user of an image has them on PATH. */
export const binFolder = '/usr/local/bin';

/** One RUN; `set -e` ends it at the first command that fails. */
export function run(steps: readonly string[]): string {
  return `RUN ${['set -eu', ...steps].join('; \\\n    ')}`;
}

/** Name of the build stage for binaries that the final stage cannot fetch or compile itself. */
export function builderStageName(binary: CatalogBinary): string {
  return `openclaw-vm-${binary.name.toLowerCase().replace(/[^a-z0-9_.-]/g, '-')}`;
}

export function copyFrom(stage: string, path: string): string {
  return `COPY --from=${stage} ${path} ${path}`;
}

/** Runs the binary once: `--help` where no probe is known, which fails as surely where the file cannot run at all. */
export function probe(binary: CatalogBinary, path = `${binFolder}/${binary.name}`): string {
  if (binary.versionProbe === undefined) return `{ ${path} --version || ${path} --help; } >/dev/null`;
  return [path, ...binary.versionProbe.slice(1)].join(' ');
}

/** `probe` in RUNs that have a folder `$tmp` for what a program writes into its home and its caches. */
export function probeInTmp(binary: CatalogBinary, path?: string): string {
  return `export HOME="$tmp" TMPDIR="$tmp"; ${probe(binary, path)}`;
}

export const makeTmp = 'tmp="$(mktemp -d)"';
export const removeTmp = 'rm -rf "$tmp"';

export const aptUpdate = 'apt-get update';
export const aptClean = 'rm -rf /var/lib/apt/lists/*';

export function aptInstall(packages: string): string {
  return `apt-get install -y --no-install-recommends ${packages}`;
}

export const rpmManager = '$(command -v microdnf || command -v dnf || command -v yum)';

/** Packages that the binary needs at run time and the image does not have. */
export function runtimePackages(binary: CatalogBinary, base: BaseImage): readonly string[] {
  return (binary.aptPackages ?? []).filter((name) => name !== 'unzip' && !base.programs.has(name));
}

/** Installs packages that stay, with the package manager of the base. */
export function installPackages(packages: readonly string[], base: BaseImage): readonly string[] {
  if (packages.length === 0) return [];
  const names = packages.join(' ');
  const apt = [aptUpdate, aptInstall(names), aptClean];
  switch (base.family) {
    case 'alpine':
      return [`apk add --no-cache ${names}`];
    case 'rhel':
      return [`${rpmManager} install -y ${names}`, `${rpmManager} clean all`];
    case 'unknown':
      return [`if command -v apk >/dev/null; then apk add --no-cache ${names}; else ${apt.join('; ')}; fi`];
    default:
      return apt;
  }
}

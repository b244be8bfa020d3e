import type { BaseImage } from './baseImage.ts';
import type { CatalogBinary } from './catalog.ts';
import type { Stanza } from './stanza.ts';
import {
  binFolder,
  builderStageName,
  copyFrom,
  installPackages,
  makeTmp,
  probe,
  probeInTmp,
  removeTmp,
  run,
  runtimePackages,
} from './stanzaSteps.ts';

/**
 * A package of the distribution. Always a RUN, also in the upstream repository, whose Dockerfile has a build argument for such
 * packages (OPENCLAW_IMAGE_APT_PACKAGES, before that OPENCLAW_DOCKER_APT_PACKAGES): its setup script passes that argument on each build,
 * empty where the shell does not set it, so a default in the file would be lost without a word.
 */
export function packageStanza(binary: CatalogBinary, name: string, base: BaseImage, marker: string): Stanza {
  return { lines: `${marker}\n${run([...installPackages([name], base), probe(binary, binary.name)])}` };
}

/** A Go program: compiled in a stage of its own, without the C library, so that it runs in any image. */
export function goStanza(binary: CatalogBinary, module: string, base: BaseImage, marker: string): Stanza {
  const stage = builderStageName(binary);
  const check = [makeTmp, probeInTmp(binary), removeTmp];
  const install = `CGO_ENABLED=0 GOBIN=${binFolder} go install ${module}@v${binary.version ?? ''}`;
  const lines = [marker, copyFrom(stage, `${binFolder}/${binary.name}`)];
  if (base.family !== 'empty') lines.push(run([...installPackages(runtimePackages(binary, base), base), ...check]));
  // Without a shell in the final stage the builder is the only place to run it.
  const steps = base.family === 'empty' ? [install, ...check] : [install];
  return { builder: [marker, `FROM golang:1-bookworm AS ${stage}`, run(steps)].join('\n'), lines: lines.join('\n') };
}

/** A program that npm or pip installs: pinned, for all users. */
export function languageStanza(
  binary: CatalogBinary,
  kind: 'npm' | 'uv' | 'pip',
  name: string,
  base: BaseImage,
  marker: string,
): Stanza {
  const packages = installPackages(runtimePackages(binary, base), base);
  const steps =
    kind === 'npm'
      ? [...packages, makeTmp, ...npmSteps(binary, name)]
      : [...packages, pythonStep(base), makeTmp, ...pipSteps(binary, name)];
  return { lines: `${marker}\n${run([...steps, probeInTmp(binary), removeTmp])}` };
}

function npmSteps(binary: CatalogBinary, name: string): readonly string[] {
  const version = binary.version ?? '';
  return [
    needs('npm', `${binary.name} ${version} is an npm package, and this image has no npm`),
    // Node keeps compiled code below TMPDIR.
    `TMPDIR="$tmp" npm install --global --prefix=/usr/local --cache="$tmp/npm" --no-audit --no-fund ${name}@${version}`,
  ];
}

function pythonStep(base: BaseImage): string {
  const packages = base.family === 'debian' || base.family === 'unknown' ? ['python3', 'python3-venv'] : ['python3'];
  return `python3 -c "import ensurepip, venv" 2>/dev/null || { ${installPackages(packages, base).join('; ')}; }`;
}

/**
 * An environment of its own, because Debian's Python refuses packages beside its own (PEP 668). The same for what is meant for `uv`,
 * which gateway images do not have and which would install the same package.
 */
function pipSteps(binary: CatalogBinary, name: string): readonly string[] {
  const folder = `/opt/${binary.name}`;
  return [
    `python3 -m venv ${folder}`,
    `${folder}/bin/pip install --no-cache-dir --disable-pip-version-check ${name}==${binary.version ?? ''}`,
    `ln -sf ${folder}/bin/${binary.name} ${binFolder}/${binary.name}`,
  ];
}

function needs(program: string, sentence: string): string {
  return `command -v ${program} >/dev/null || { echo "${sentence}" >&2; exit 1; }`;
}

import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import { baseImageOf } from '../../binaries/baseImage.ts';
import { insertLines } from '../../binaries/insertLines.ts';
import type { ProjectImage } from '../../workspace/ProjectModel.ts';
import { baseName } from '../../workspace/paths.ts';
import { asDownload } from '../downloadInstalls.ts';
import type { InstallCommand } from '../installCommands.ts';
import type { Fix } from '../Problem.ts';
import type { StageScript } from '../runScripts.ts';
import { endOf } from './installAtBuild.ts';
import { bakeKnown } from './runtimeInstallFixes.ts';

/** Brings what another stage installs into the image: by the stanza, by the same packages, or by a copy of the file. */
export function finalStageFixes(
  image: ProjectImage,
  run: StageScript,
  install: InstallCommand,
  program: string,
  catalog: BinaryCatalog,
): readonly Fix[] {
  const file = asDownload(install.command)?.output;
  if (
    install.kind === 'download' &&
    file?.startsWith('/') === true &&
    baseName(file) === program &&
    !file.includes('$')
  ) {
    const line = `COPY --from=${run.stage.name ?? String(run.stage.index)} ${file} ${file}`;
    const edit = insertLines(image.dockerfile.text, endOf(image), line);
    return [{ title: `Copy ${program} into the image`, edits: [{ path: image.path, edits: [edit] }] }];
  }
  // The packages of one distribution are none of the other's.
  const { family } = baseImageOf(image.stage);
  if ((install.kind === 'apt' && family !== 'debian') || (install.kind === 'apk' && family !== 'alpine')) return [];
  const own = {
    ...install,
    names: install.names.filter((name) => install.names.length === 1 || name.startsWith(program)),
  };
  const baked = bakeKnown(image, own, catalog);
  return baked === undefined || baked.edits.length === 0
    ? []
    : [{ title: `Install ${baked.what} in the last stage`, edits: [{ path: image.path, edits: baked.edits }] }];
}

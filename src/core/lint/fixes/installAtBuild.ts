import type { InsertionPoint } from '../../binaries/insertionPoint.ts';
import { insertLines } from '../../binaries/insertLines.ts';
import { interpolate } from '../../compose/interpolate.ts';
import { parseDockerfile } from '../../dockerfile/parseDockerfile.ts';
import { finalState, stageStates } from '../../dockerfile/stageStates.ts';
import { type Stage, stageChain } from '../../dockerfile/stages.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import { applyEdits } from '../../text/applyEdits.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import type { ProjectImage, ProjectService } from '../../workspace/ProjectModel.ts';
import { isWithin, resolvePath } from '../../workspace/paths.ts';
import type { StartedScript } from '../../workspace/start/StartedScript.ts';
import { asDownload, downloadPrograms } from '../downloadInstalls.ts';
import type { InstallCommand } from '../installCommands.ts';
import { runScriptsOf } from '../runScripts.ts';
import { failLoudlyStep } from './failLoudly.ts';
import { renderCommand } from './renderCommand.ts';
import { rewriteRun } from './rewriteRun.ts';

/**
 * The same commands at the end of the build: by the user and in the folder that they run in when the container starts, so that they leave
 * the same behind. `undefined` where a mount would hide that, or where something in them is known at run time only.
 * @param commands - The install and what serves it alone, in order.
 */
export function installAtBuild(
  image: ProjectImage,
  script: StartedScript,
  install: InstallCommand,
  commands: readonly ShellCommand[],
): readonly TextEdit[] | undefined {
  const folder = folderOf(image, script, install);
  const steps = stepsOf(commands);
  if (folder === undefined || steps === undefined || steps.length === 0) return undefined;
  const services = script.service === undefined ? image.services : [...new Set([...image.services, script.service])];
  const written = writtenPaths(image, install, commands, folder.path);
  if (services.some((service) => written.some((path) => isHidden(service, path)))) return undefined;
  if (isLocal(install) && !hasFiles(image.stage, folder.path)) return undefined;
  const all = folder.isOfImage ? steps : [`cd ${folder.path}`, ...steps];
  const text = all.length === 1 ? `RUN ${all[0] ?? ''}` : `RUN ${['set -eu', ...all].join('; \\\n    ')}`;
  const run = hardened(text);
  // For the gateway's own user these folders are closed, at every start too.
  const needsRoot =
    install.kind === 'download' && written.some((path) => /^\/(?:usr|opt|etc|bin|sbin|lib)\//.test(path));
  return [needsRoot ? asRootAtEnd(image, run) : insertLines(image.dockerfile.text, endOf(image), run)];
}

/** A RUN at the end of the stage, with root rights around it. */
export function asRootAtEnd(image: ProjectImage, run: string): TextEdit {
  const { user } = finalState(image.stage);
  const point = endOf(image);
  return insertLines(
    image.dockerfile.text,
    { ...point, user: user === undefined || /^(?:root|0)$/.test(user) ? undefined : user },
    run,
  );
}

const settings = /^(?:CMD|ENTRYPOINT|HEALTHCHECK|EXPOSE|LABEL|STOPSIGNAL|VOLUME|MAINTAINER|ONBUILD)$/;

/** Behind everything that makes files, users and variables, before what only says how the image is run. */
export function endOf({ dockerfile, stage }: ProjectImage): InsertionPoint {
  let index = stage.instructions.length;
  while (index > 0 && settings.test(stage.instructions[index - 1]?.keyword ?? '')) index--;
  const before = index === 0 ? stage.from : (stage.instructions[index - 1] ?? stage.from);
  const end = dockerfile.text.indexOf('\n', before.range.end);
  const offset = end === -1 ? dockerfile.text.length : dockerfile.text[end - 1] === '\r' ? end - 1 : end;
  return { offset, isAfter: true, user: undefined };
}

interface Folder {
  readonly path: string;
  readonly isOfImage: boolean;
}

/** Where the install runs: the working directory, or where the script has gone to before it. */
function folderOf({ stage }: ProjectImage, script: StartedScript, install: InstallCommand): Folder | undefined {
  const ofImage = finalState(stage).workdir;
  let path = script.service?.service.workingDir?.value ?? ofImage;
  for (const command of script.commands) {
    if (command === install.command) break;
    const { argv, name } = unwrapCommand(command.words);
    if (name !== 'cd' && name !== 'pushd') continue;
    const to = argv[1];
    if (to?.isStatic !== true || command.condition !== undefined || /^[~-]/.test(to.value)) return undefined;
    path = resolvePath(path, to.value);
  }
  return path.includes('$') ? undefined : { path, isOfImage: path === ofImage };
}

/** One text for each command, a pipe as one. */
function stepsOf(commands: readonly ShellCommand[]): readonly string[] | undefined {
  const steps: string[] = [];
  const pipes = new Set<unknown>();
  for (const command of commands) {
    if (command.substitutionOf !== undefined) return undefined;
    const { pipeline } = command;
    if (pipeline === undefined) {
      const text = renderCommand(command);
      if (text === undefined) return undefined;
      steps.push(text);
    } else if (!pipes.has(pipeline)) {
      pipes.add(pipeline);
      const parts = pipeline.parts.map((part) =>
        part.length === 1 && part[0] !== undefined ? renderCommand(part[0]) : undefined,
      );
      if (parts.some((part) => part === undefined)) return undefined;
      steps.push(parts.join(' | '));
    }
  }
  return steps;
}

/** It installs what a file of its folder lists. */
function isLocal({ command, kind, names, tool }: InstallCommand): boolean {
  if (kind === 'download' || kind === 'installer') return false;
  const words = command.words.map(({ value }) => value);
  if (words.some((word) => /^(?:-g|--global|global|tool)$/.test(word))) return false;
  return names.length === 0 || /^(?:npm|pnpm|yarn|bun|bundle|poetry)$/.test(tool);
}

/** What lies there afterwards, as far as it can be known. */
function writtenPaths(
  image: ProjectImage,
  install: InstallCommand,
  commands: readonly ShellCommand[],
  folder: string,
): readonly string[] {
  const { user = 'root' } = finalState(image.stage);
  const home = /^(?:root|0)(?::|$)/.test(user) ? '/root' : '/home/node';
  const isModules = /^(?:npm|pnpm|yarn|bun)$/.test(install.tool);
  const paths = isLocal(install) ? [isModules ? `${folder}/node_modules` : folder] : [home];
  for (const { words, redirects } of commands) {
    for (const { value } of [...words, ...redirects.flatMap(({ target }) => target ?? [])])
      if (value.startsWith('/') && !/^\/(?:tmp|dev)\//.test(value)) paths.push(value);
  }
  return paths;
}

/** The mount that decides about the path shows something else than the image. */
function isHidden({ service, variables }: ProjectService, path: string): boolean {
  const covers = service.mounts
    .map((mount) => ({ kind: mount.kind, target: interpolate(mount.target, variables).replace(/(.)\/+$/, '$1') }))
    .filter(({ target }) => isWithin(target, path))
    .toSorted((a, b) => b.target.length - a.target.length);
  // An anonymous volume is made with the container, of what the image has there.
  return covers[0] !== undefined && covers[0].kind !== 'anonymous';
}

function hasFiles(stage: Stage, folder: string): boolean {
  return stageChain(stage).some((link) =>
    link.instructions.some((instruction, index) => {
      if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false;
      const target = resolvePath(
        stageStates(link)[index]?.workdir ?? '/',
        instruction.words.at(-1)?.value.replace(/["\]]+$/, '') ?? '',
      );
      return isWithin(folder, target) || isWithin(target, folder);
    }),
  );
}

/** Its downloads fail the build. */
function hardened(run: string): string {
  if (!downloadPrograms.some((name) => run.includes(name))) return run;
  const head = 'FROM debian\n';
  let text = `${head}${run}`;
  for (let index = 0; ; index++) {
    const [first] = runScriptsOf(parseDockerfile(text));
    const download = first?.commands.filter((command) => asDownload(command) !== undefined)[index];
    if (first === undefined || download === undefined) return text.slice(head.length);
    const rewritten = rewriteRun(first, download, (now, command) => failLoudlyStep(now, command, undefined));
    if (rewritten !== undefined) text = applyEdits(text, [rewritten.edit()]);
  }
}

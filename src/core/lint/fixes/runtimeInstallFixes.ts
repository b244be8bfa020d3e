import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import { bakeBinary } from '../../binaries/bakeBinary.ts';
import { insertionPoint } from '../../binaries/insertionPoint.ts';
import { insertLines } from '../../binaries/insertLines.ts';
import { type RemovalRole, removeCommands } from '../../shell/removeCommands.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import { isComposePath, isDockerfilePath } from '../../workspace/isProjectFile.ts';
import type { ProjectImage, ProjectModel } from '../../workspace/ProjectModel.ts';
import { baseName } from '../../workspace/paths.ts';
import type { StartedScript } from '../../workspace/start/StartedScript.ts';
import { asDownload } from '../downloadInstalls.ts';
import { type InstallCommand, installCommands } from '../installCommands.ts';
import type { FileEdits, Fix } from '../Problem.ts';
import { asRootAtEnd, installAtBuild } from './installAtBuild.ts';
import { quoted } from './renderCommand.ts';

/**
 * Moves an install from the start of the container to the build of the image: out of the script, into the Dockerfile, as one change.
 * Where the install cannot be taken out safely only the other half is offered; where nothing is known to bake, nothing.
 */
export function runtimeInstallFixes(
  project: ProjectModel,
  script: StartedScript,
  install: InstallCommand,
): readonly Fix[] {
  const image =
    script.image ?? project.images.find((candidate) => candidate.services.length === 0 && project.images.length === 1);
  // What stands inside a compose file would need the indentation of its place.
  if (image === undefined || isComposePath(image.path)) return [];
  const baked = bakeEdits(image, script, install, project.catalog);
  if (baked === undefined) return [];
  const removed = script.source === undefined ? undefined : removalEdits(script, install);
  const bakeOnly: Fix = {
    title: `Bake ${baked.what} into the image, and leave the install where it is`,
    edits: [{ path: image.path, edits: baked.edits }],
    isPartial: true,
  };
  if (removed === undefined) return baked.edits.length === 0 ? [] : [bakeOnly];
  const where = script.path === image.path ? script.origin.label : baseName(script.path);
  const move: Fix = {
    title: `Bake ${baked.what} into the image and take the install out of ${where}`,
    edits: merge([
      { path: image.path, edits: baked.edits },
      { path: script.path, edits: removed },
    ]),
  };
  return baked.edits.length === 0 ? [move] : [move, bakeOnly];
}

interface Baked {
  readonly what: string;
  readonly edits: readonly TextEdit[];
}

function bakeEdits(
  image: ProjectImage,
  script: StartedScript,
  install: InstallCommand,
  catalog: BinaryCatalog,
): Baked | undefined {
  if (catalogBinary(install, catalog) !== undefined) return bakeKnown(image, install, catalog);
  const known = bakeKnown(image, install, catalog);
  if (known !== undefined) return known;
  const what = whatOf(install);
  const forAll = runForAllUsers(install);
  if (forAll !== undefined) return { what, edits: [asRootAtEnd(image, forAll)] };
  const roles = rolesOf(script, install);
  const own = script.commands.filter((command) => /^(?:target|helper)$/.test(roles.get(command.range.start) ?? ''));
  const edits = installAtBuild(image, script, install, own);
  return edits === undefined ? undefined : { what, edits };
}

/** The stanza of a catalog's binary, or the same packages, in the place for them. */
export function bakeKnown(image: ProjectImage, install: InstallCommand, catalog: BinaryCatalog): Baked | undefined {
  const binary = catalogBinary(install, catalog);
  if (binary !== undefined) {
    const result = bakeBinary(image.dockerfile.text, binary, { target: String(image.stage.index), catalog });
    return result.ok ? { what: binary, edits: result.edits } : undefined;
  }
  const run = runInstruction(install);
  if (run === undefined) return undefined;
  const point = insertionPoint(image.dockerfile, image.stage);
  return { what: whatOf(install), edits: [insertLines(image.dockerfile.text, point, run)] };
}

function whatOf({ command, kind, names, tool }: InstallCommand): string {
  if (names.length > 3) return `${names.length} packages`;
  if (names.length > 0) return names.join(', ');
  if (kind === 'installer') return 'what the installer brings';
  const words = unwrapCommand(command.words).argv.map(({ value }) => value);
  return `what ${[tool, ...words.slice(1, 2)].join(' ')} brings`;
}

/** The catalog's binary that the command installs and nothing else. */
function catalogBinary(install: InstallCommand, catalog: BinaryCatalog): string | undefined {
  const [name] = install.names;
  if (name === undefined || install.names.length !== 1) return undefined;
  if (install.kind === 'download') {
    const binary = catalog.find(name);
    return binary === undefined || binary.source.kind === 'none' || binary.source.kind === 'base' ? undefined : name;
  }
  const kind = packageKind(install);
  const packageName = name.replace(/(?<=.)(?:@[^/]*|[=<>~!].*)$/, '');
  return catalog.binaries.find(
    ({ source }) => source.kind === kind && 'package' in source && source.package === packageName,
  )?.name;
}

/** The catalog's kind of source for what a command installs for all users. */
function packageKind(install: InstallCommand): string | undefined {
  if (install.kind === 'npm') return isGlobal(install) ? 'npm' : undefined;
  if (install.tool === 'uv') return install.command.words.some(({ value }) => value === 'tool') ? 'uv' : undefined;
  if (install.tool === 'pipx') return 'pip';
  return install.tool === 'go' || install.tool === 'pip' ? install.tool : undefined;
}

function isGlobal(install: InstallCommand): boolean {
  return install.command.words.some(({ value }) => value === '-g' || value === '--global' || value === 'global');
}

/** The same packages, installed by a RUN. */
function runInstruction(install: InstallCommand): string | undefined {
  const { argv } = unwrapCommand(install.command.words);
  if (install.names.length === 0 || !argv.every((word) => word.isStatic)) return undefined;
  const names = install.names.map(quoted).join(' ');
  switch (install.kind) {
    case 'apt':
      return [
        'RUN apt-get update \\',
        `    && apt-get install -y --no-install-recommends ${names} \\`,
        '    && rm -rf /var/lib/apt/lists/*',
      ].join('\n');
    case 'apk':
      return `RUN apk add --no-cache ${names}`;
    case 'npm':
      return isGlobal(install) && /^(?:npm|pnpm|yarn)$/.test(install.tool)
        ? `RUN npm install --global ${names}`
        : undefined;
    case 'pip':
      return install.tool === 'pip' ? `RUN ${argv.map((word) => quoted(word.value)).join(' ')}` : undefined;
    default:
      return undefined;
  }
}

/** Where all users find it, and not in the home of whoever the container runs as. Their tools may come late in the build. */
function runForAllUsers(install: InstallCommand): string | undefined {
  const { argv } = unwrapCommand(install.command.words);
  if (install.names.length === 0 || !argv.every((word) => word.isStatic)) return undefined;
  const names = install.names.map(quoted).join(' ');
  const command = argv.map(({ value }) => quoted(value)).join(' ');
  switch (install.tool) {
    case 'go':
      return `RUN GOBIN=/usr/local/bin ${command}`;
    case 'pipx':
      return `RUN PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin ${command}`;
    case 'uv':
      return argv[1]?.value === 'tool'
        ? `RUN UV_TOOL_DIR=/opt/uv-tools UV_TOOL_BIN_DIR=/usr/local/bin ${command}`
        : undefined;
    case 'dnf':
    case 'yum':
    case 'microdnf':
    case 'tdnf':
      return `RUN ${install.tool} install -y ${names} && ${install.tool} clean all`;
    default:
      return undefined;
  }
}

function removalEdits(script: StartedScript, install: InstallCommand): readonly TextEdit[] | undefined {
  if (script.source === undefined) return undefined;
  const roles = rolesOf(script, install);
  const edits = removeCommands(script.source, (range) => roles.get(range.start) ?? 'other', {
    mayBecomeEmpty: !isDockerfilePath(script.path) && !isComposePath(script.path),
  });
  // Without its download a command that stays would fail, such as `bash install.sh | tee log`.
  const isDownload = install.kind === 'download' || install.kind === 'installer';
  const isGone = ({ range }: ShellCommand): boolean =>
    edits?.some((edit) => edit.range.start <= range.start && range.end <= edit.range.end) === true;
  const stays = script.commands.some((command) => roles.get(command.range.start) === 'helper' && !isGone(command));
  return isDownload && stays ? undefined : edits;
}

/** By where the commands begin. */
function rolesOf(script: StartedScript, install: InstallCommand): ReadonlyMap<number, RemovalRole> {
  const roles = new Map<number, RemovalRole>();
  const installs = installCommands(script.commands);
  const isLastOfKind = installs.filter((other) => other.kind === install.kind).length === 1;
  const file = asDownload(install.command)?.output;
  for (const command of script.commands) {
    roles.set(
      command.range.start,
      command === install.command ? 'target' : roleOf(command, install, isLastOfKind, file),
    );
  }
  return roles;
}

function roleOf(
  command: ShellCommand,
  install: InstallCommand,
  isLastOfKind: boolean,
  file: string | undefined,
): RemovalRole {
  const { name, argv } = unwrapCommand(command.words);
  const first = argv[1]?.value ?? '';
  if (/^(?:echo|printf|test|\[|true|:|which|command|type|hash)$/.test(name)) return 'talk';
  if (install.kind === 'apt' && isLastOfKind) {
    if (/^(?:apt-get|apt)$/.test(name) && /^(?:update|clean|autoremove|autoclean)$/.test(first)) return 'helper';
    if (
      name === 'rm' &&
      argv.every((word, index) => index === 0 || /^-|^\/var\/(?:lib\/apt\/lists|cache\/apt)/.test(word.value))
    )
      return 'helper';
  }
  if (install.kind === 'apk' && isLastOfKind && name === 'apk' && first === 'update') return 'helper';
  if (install.kind !== 'download' && install.kind !== 'installer') return 'other';
  if (command.pipeline !== undefined && command.pipeline === install.command.pipeline) return 'helper';
  const names = new Set([...install.names, ...(file === undefined ? [] : [baseName(file)])]);
  // A downloaded installer is run by a shell, or by itself.
  const isRun =
    install.kind === 'installer' && file !== undefined && argv.some(({ value }) => baseName(value) === baseName(file));
  if (isRun && (/^(?:ba|da|z|k)?sh$/.test(name) || baseName(argv[0]?.value ?? '') === baseName(file))) return 'helper';
  const mentions = argv.slice(1).some((word) => names.has(baseName(word.value)));
  return mentions && /^(?:chmod|chown|tar|unzip|mv|cp|install|rm|ln|gunzip)$/.test(name) ? 'helper' : 'other';
}

/** One entry per file. */
function merge(files: readonly FileEdits[]): readonly FileEdits[] {
  const byPath = new Map<string, TextEdit[]>();
  for (const { path, edits } of files) {
    if (edits.length > 0) byPath.set(path, [...(byPath.get(path) ?? []), ...edits]);
  }
  return [...byPath].map(([path, edits]) => ({ path, edits }));
}

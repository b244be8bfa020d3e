import type { ShellWord } from '../../shell/ShellWord.ts';
import { MappedText } from '../../text/MappedText.ts';
import type { ContainerFile } from '../ImageFiles.ts';
import { resolvePath } from '../paths.ts';
import type { ContainerFiles } from './ContainerFiles.ts';

/** Folders whose scripts s6-overlay runs at start (https://github.com/just-containers/s6-overlay). */
const s6Folders = [
  '/etc/cont-init.d',
  '/etc/services.d',
  '/etc/s6-overlay/s6-rc.d',
  '/run/service',
  '/custom-cont-init.d',
  '/custom-services.d',
];

/** The scripts that `/init` of s6-overlay runs: initialisation, then the services. */
export function s6Scripts(files: ContainerFiles): readonly ContainerFile[] {
  return s6Folders.flatMap((folder) =>
    files.below(folder, (path) => /\/(?:cont-init\.d|custom-[a-z-]+\.d)\/[^/]+$|\/(?:run|up)$/.test(path)),
  );
}

/**
 * Folders whose scripts the entrypoints of well-known base images run before anything else: nginx, the databases' official images,
 * phusion/baseimage, serversideup/php and jupyter/docker-stacks.
 */
const initFolders = [
  '/docker-entrypoint.d',
  '/docker-entrypoint-init.d',
  '/docker-entrypoint-initdb.d',
  '/etc/my_init.d',
  '/etc/entrypoint.d',
  '/usr/local/bin/before-notebook.d',
  '/usr/local/bin/start-notebook.d',
];

/** The scripts that the entrypoint of a base image runs, where an image has none of its own. */
export function inheritedInitScripts(files: ContainerFiles): readonly ContainerFile[] {
  return [
    ...s6Scripts(files),
    ...initFolders.flatMap((folder) => files.below(folder, (path) => /\/[^/.]+(?:\.(?:sh|bash|envsh))?$/.test(path))),
    ...files.below('/etc/service', (path) => path.endsWith('/run')),
  ];
}

/** The `command=` lines of the programs that supervisord starts. */
export function supervisorCommands(
  argv: readonly ShellWord[],
  workdir: string,
  files: ContainerFiles,
): readonly ContainerFile[] {
  const flag = argv.findIndex((word) => word.value === '-c' || word.value === '--configuration');
  const named = flag === -1 ? undefined : argv[flag + 1]?.value;
  const paths = named === undefined ? defaultConfigurations : [resolvePath(workdir, named)];
  const configurations = [
    ...paths.map((path) => files.at(path)),
    ...files.below('/etc/supervisor/conf.d'),
    ...files.below('/etc/supervisor.d'),
  ];
  const commands = new Map<string, ContainerFile>();
  for (const file of configurations) {
    for (const command of file === undefined ? [] : commandsOf(file)) {
      commands.set(`${command.path}:${command.text.sourceOffset(0)}`, command);
    }
  }
  return [...commands.values()];
}

const defaultConfigurations = ['/etc/supervisord.conf', '/etc/supervisor/supervisord.conf', '/etc/supervisor.conf'];

function commandsOf({ path, text }: ContainerFile): readonly ContainerFile[] {
  const commands: ContainerFile[] = [];
  let isProgram = false;
  let at = 0;
  for (const line of text.text.split('\n')) {
    const section = /^\s*\[([^\]:]+)/.exec(line);
    if (section !== null) isProgram = section[1] === 'program' || section[1] === 'fcgi-program';
    const command = isProgram ? /^(\s*command\s*=\s*)(\S.*?)\s*$/.exec(line) : null;
    if (command !== null) {
      const start = text.sourceOffset(at + (command[1]?.length ?? 0));
      commands.push({ path, text: new MappedText(command[2] ?? '', start) });
    }
    at += line.length + 1;
  }
  return commands;
}

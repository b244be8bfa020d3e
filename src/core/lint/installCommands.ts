import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { programName, unwrapCommand } from '../shell/unwrapCommand.ts';
import { spanning } from '../text/spanning.ts';
import type { TextRange } from '../text/TextRange.ts';
import { downloadInstalls } from './downloadInstalls.ts';

/** A command that puts packages or programs into the container. */
export interface InstallCommand {
  /** `download`: a program that is put into place; `installer`: a downloaded script that is run. */
  readonly kind: 'apt' | 'apk' | 'npm' | 'pip' | 'other' | 'download' | 'installer';
  /** As people call it: `apt-get`, `npm`, `curl`. */
  readonly tool: string;
  /** Packages or binaries, as far as the command names them. */
  readonly names: readonly string[];
  /** The install command itself. */
  readonly range: TextRange;
  readonly command: ShellCommand;
}

/** The installs among commands that run one after the other. */
export function installCommands(commands: readonly ShellCommand[]): readonly InstallCommand[] {
  const list: RememberingCommands = commands;
  // Several rules ask for the same commands.
  list[known] ??= findInstalls(commands);
  return list[known];
}

const known = Symbol('installs');

interface RememberingCommands extends ReadonlyArray<ShellCommand> {
  [known]?: readonly InstallCommand[];
}

function findInstalls(commands: readonly ShellCommand[]): readonly InstallCommand[] {
  const installs: InstallCommand[] = [];
  for (const command of commands) {
    const { argv, name } = unwrapCommand(command.words);
    const found = launchers.has(name) ? classifyLaunched(name, argv) : classify(name, argv);
    if (found !== undefined) installs.push({ ...found, range: commandRange(command, argv), command });
  }
  installs.push(...downloadInstalls(commands));
  return installs.sort((a, b) => a.range.start - b.range.start);
}

/** Programs that run a package manager as well as others. */
const launchers = new Set([
  'php',
  'npx',
  'bunx',
  'pnpx',
  'corepack',
  'pipenv',
  'poetry',
  'pdm',
  'conda',
  'mamba',
  'micromamba',
]);

/** `php composer.phar install`, `npx pnpm@9 install`, `corepack yarn install`, `poetry run pip install`; else as any other command. */
function classifyLaunched(name: string, argv: readonly ShellWord[]): Classified | undefined {
  let at = 1;
  if (argv[1]?.value === 'run' && !/^(?:php|npx|corepack)$/.test(name)) at++;
  else if (!/^(?:php|npx|bunx|pnpx|corepack)$/.test(name)) return classify(name, argv);
  while (argv[at]?.value.startsWith('-') === true) at += launcherValues.has(argv[at]?.value ?? '') ? 2 : 1;
  const launched = programName(argv[at]).replace(/(?<=.)(?:@.*|\.phar)$/, '');
  return launchable.test(launched) ? classify(launched, argv.slice(at)) : classify(name, argv);
}

const launcherValues = new Set(['-d', '-n', '--name', '-p', '--prefix', '--package', '--cwd']);
const launchable = /^(?:npm|pnpm|yarn|bun|composer|pip[\d.]*|python[\d.]*|apt-get|apt|conda|mamba)$/;

type Classified = Pick<InstallCommand, 'kind' | 'tool' | 'names'>;

/** Programs of the PHP images that only install. */
const installers: Readonly<Record<string, InstallCommand['kind']>> = {
  'docker-php-ext-install': 'other',
  'install-php-extensions': 'other',
  'pip-sync': 'pip',
  cpanm: 'other',
  easy_install: 'other',
};

const asking = new Set(['--help', '-h', '--version', '--dry-run', '--simulate', '--download-only', '--print-uris']);

function classify(name: string, argv: readonly ShellWord[]): Classified | undefined {
  const verbs = Object.hasOwn(managers, name) ? managers[name] : undefined;
  // Most commands are none of these.
  if (
    verbs === undefined &&
    !/^(?:pip|python|dpkg|rpm|pacman|install|docker-php|cpanm$|easy_install$|nix-env$|n$|\$\{?P(?:IP|YTHON))/.test(name)
  )
    return undefined;
  const args = argv.slice(1).map((word) => word.value);
  if (args.some((arg) => asking.has(arg))) return undefined;
  if (verbs !== undefined) return managed(name, verbs, args);
  const kind = Object.hasOwn(installers, name) ? installers[name] : undefined;
  if (kind !== undefined) return { kind, tool: name, names: operands(args) };
  if (pipName.test(name)) return python('pip', args);
  if (pythonName.test(name)) return pythonModule(args);
  if (name === 'dpkg' || name === 'rpm') {
    const flag =
      name === 'dpkg' ? /^(?:-[a-z]*i[a-z]*|--install|--unpack)$/ : /^(?:-[a-z]*[iU][a-z]*|--install|--upgrade)$/;
    return args.some((arg) => flag.test(arg)) && !args.some((arg) => /^-[a-z]*q/.test(arg))
      ? { kind: 'other', tool: name, names: operands(args) }
      : undefined;
  }
  if (name === 'pacman') {
    return args.some((arg) => /^-[a-z]*S[a-z]*$/.test(arg) && !/[si]/.test(arg)) && operands(args).length > 0
      ? { kind: 'other', tool: name, names: operands(args) }
      : undefined;
  }
  if (name === 'nix-env') {
    return args.some((arg) => /^(?:-i[A-Za-z]*|--install)$/.test(arg))
      ? { kind: 'other', tool: name, names: operands(args) }
      : undefined;
  }
  // https://github.com/tj/n: versions of Node.
  return name === 'n' && /^(?:v?\d+(?:\.\d+)*|lts|latest|stable|install)$/.test(args[0] ?? '')
    ? { kind: 'other', tool: name, names: operands(args) }
    : undefined;
}

const pipName = /^(?:pip[\d.]*|\$\{?PIP\d?(?:_(?:BIN|CMD|EXE))?(?::-[^}]*)?\}?)$/;
const pythonName = /^(?:python[\d.]*|\$\{?PYTHON\d?(?:_(?:BIN|CMD|EXE))?(?::-[^}]*)?\}?)$/;

/** `python -m pip install`, with options of Python in front. */
function pythonModule(args: readonly string[]): Classified | undefined {
  const at = args.findIndex((arg) => !/^-[bBdEiIOPqsSuvx]+$/.test(arg));
  if (args[at] === '-mpip') return python('pip', args.slice(at + 1));
  return args[at] === '-m' && args[at + 1] === 'pip' ? python('pip', args.slice(at + 2)) : undefined;
}

interface Manager {
  readonly kind: InstallCommand['kind'];
  /** Subcommands that install, each as words. */
  readonly verbs: readonly string[];
  /** Options that take the next word. */
  readonly valued?: readonly string[];
}

const aptManager: Manager = {
  kind: 'apt',
  verbs: ['install', 'reinstall', 'upgrade', 'dist-upgrade', 'full-upgrade', 'dselect-upgrade', 'build-dep'],
  valued: ['-o', '-t', '-c', '--option', '--target-release', '-q='],
};
const rpmManager: Manager = { kind: 'other', verbs: ['install', 'groupinstall', 'localinstall', 'reinstall', 'in'] };
const condaManager: Manager = {
  kind: 'other',
  verbs: ['install', 'create', 'update', 'env create', 'env update'],
  valued: ['-n', '--name', '-c', '--channel', '-p', '--prefix', '-f', '--file'],
};
const managers: Readonly<Record<string, Manager>> = {
  'apt-get': aptManager,
  apt: aptManager,
  aptitude: aptManager,
  apk: {
    kind: 'apk',
    verbs: ['add', 'upgrade'],
    valued: ['-t', '--virtual', '-X', '--repository', '-p', '--root', '--arch', '--wait'],
  },
  'apt-fast': aptManager,
  nala: aptManager,
  dnf: rpmManager,
  dnf5: rpmManager,
  yum: rpmManager,
  microdnf: rpmManager,
  tdnf: rpmManager,
  zypper: rpmManager,
  brew: { kind: 'other', verbs: ['install', 'bundle', 'upgrade', 'reinstall'] },
  npm: {
    kind: 'npm',
    verbs: [
      'install',
      'i',
      'add',
      'ci',
      'install-clean',
      'clean-install',
      'in',
      'ins',
      'inst',
      'isntall',
      'update',
      'up',
      'upgrade',
    ],
    valued: [
      '--prefix',
      '--registry',
      '--loglevel',
      '-C',
      '--cache',
      '-w',
      '--workspace',
      '--userconfig',
      '--omit',
      '--include',
    ],
  },
  pnpm: {
    kind: 'npm',
    verbs: ['install', 'i', 'add', 'ci', 'update', 'up', 'import', 'env use', 'env add'],
    valued: ['--dir', '-C', '--filter', '-F', '--store-dir', '--global-dir', '--registry', '--reporter'],
  },
  yarn: {
    kind: 'npm',
    verbs: ['install', 'add', 'global add', 'upgrade', 'up', 'workspaces focus'],
    valued: ['--cwd', '--modules-folder', '--cache-folder', '--registry'],
  },
  bun: {
    kind: 'npm',
    verbs: ['install', 'i', 'add', 'update', 'a', 'upgrade'],
    valued: ['--cwd', '-c', '--config', '--registry', '--cache-dir'],
  },
  // `enable` writes the programs that fetch a package manager when they first run.
  corepack: { kind: 'npm', verbs: ['enable', 'prepare', 'install', 'use', 'up'], valued: ['--install-directory'] },
  deno: { kind: 'npm', verbs: ['install', 'add'] },
  pipx: {
    kind: 'pip',
    verbs: ['install', 'inject', 'upgrade', 'upgrade-all', 'install-all'],
    valued: ['--python', '--pip-args', '--index-url'],
  },
  uv: {
    kind: 'pip',
    verbs: ['pip install', 'pip sync', 'tool install', 'tool upgrade', 'sync', 'add', 'python install'],
    valued: ['--python', '-p', '--directory', '--project', '--index-url', '--extra', '--group', '--target'],
  },
  pipenv: { kind: 'pip', verbs: ['install', 'sync', 'update'], valued: ['--python'] },
  conda: condaManager,
  mamba: condaManager,
  micromamba: condaManager,
  poetry: { kind: 'pip', verbs: ['install', 'add', 'update', 'sync'] },
  composer: {
    kind: 'other',
    verbs: ['install', 'i', 'update', 'require', 'global require', 'create-project'],
    valued: ['-d', '--working-dir'],
  },
  'composer.phar': { kind: 'other', verbs: ['install', 'i', 'update', 'require'], valued: ['-d', '--working-dir'] },
  mix: { kind: 'other', verbs: ['deps.get', 'do deps.get', 'do deps.get,', 'archive.install'] },
  dotnet: { kind: 'other', verbs: ['tool install', 'tool restore', 'workload install'] },
  pecl: { kind: 'other', verbs: ['install', 'upgrade'] },
  pdm: { kind: 'pip', verbs: ['install', 'sync', 'add'] },
  gem: { kind: 'other', verbs: ['install', 'i', 'update'] },
  bundle: { kind: 'other', verbs: ['install', 'update'] },
  go: { kind: 'other', verbs: ['install', 'get'] },
  cargo: { kind: 'other', verbs: ['install', 'binstall'] },
  // Versions of Node and of other languages.
  nvm: { kind: 'other', verbs: ['install'] },
  fnm: { kind: 'other', verbs: ['install'] },
  volta: { kind: 'other', verbs: ['install'] },
  asdf: { kind: 'other', verbs: ['install'] },
  mise: { kind: 'other', verbs: ['install', 'i', 'use'] },
  pyenv: { kind: 'other', verbs: ['install'] },
  rustup: { kind: 'other', verbs: ['install', 'toolchain install', 'component add', 'target add'] },
  nix: { kind: 'other', verbs: ['profile install', 'profile add'] },
  snap: { kind: 'other', verbs: ['install'] },
  luarocks: { kind: 'other', verbs: ['install'] },
  sdk: { kind: 'other', verbs: ['install', 'i'] },
  pixi: { kind: 'other', verbs: ['global install', 'install', 'add'] },
  rye: { kind: 'pip', verbs: ['sync', 'add', 'install'] },
  opam: { kind: 'other', verbs: ['install'] },
  cabal: { kind: 'other', verbs: ['install'] },
  flatpak: { kind: 'other', verbs: ['install'] },
  opkg: { kind: 'other', verbs: ['install'] },
};

function managed(name: string, manager: Manager, args: readonly string[]): Classified | undefined {
  const words = operands(args, manager.valued);
  const verb = manager.verbs.find((candidate) => {
    const parts = candidate.split(' ');
    return parts.every((part, index) => words[index] === part);
  });
  // A bare `yarn` or `bundle` installs.
  if (verb === undefined)
    return (name === 'yarn' || name === 'bundle') && words.length === 0
      ? { kind: manager.kind, tool: name, names: [] }
      : undefined;
  if ((name === 'npm' || name === 'pnpm') && args.includes('--package-lock-only')) return undefined;
  if (manager.kind === 'apt' && args.includes('-s')) return undefined;
  return { kind: manager.kind, tool: name, names: words.slice(verb.split(' ').length) };
}

function python(tool: string, args: readonly string[]): Classified | undefined {
  const words = operands(args, [
    '-r',
    '--requirement',
    '-i',
    '--index-url',
    '--extra-index-url',
    '-t',
    '--target',
    '-c',
    '--prefix',
    '--root',
    '-f',
    '--find-links',
    '--python',
  ]);
  return words[0] === 'install' ? { kind: 'pip', tool, names: words.slice(1) } : undefined;
}

function operands(args: readonly string[], valued: readonly string[] = []): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg.startsWith('-')) {
      if (valued.includes(arg)) at++;
    } else {
      words.push(arg);
    }
  }
  return words;
}

/** From the program's name to the end: what stands before it (`sudo`, `exec`) is not the install. */
function commandRange(command: ShellCommand, argv: readonly ShellWord[]): TextRange {
  const first = argv[0];
  const last = argv.at(-1);
  if (first === undefined || last === undefined || programName(first) === '') return command.range;
  return spanning(first.range, last.range);
}

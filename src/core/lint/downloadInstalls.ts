import type { ShellCommand } from '../shell/ShellScript.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { InstallCommand } from './installCommands.ts';

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);
const interpreters = new Set([...shells, 'python', 'python3', 'perl', 'node', 'ruby', 'php']);
const binaryFolder =
  /^(?:\/usr(?:\/local)?|\/opt\/[^/]+|\/root\/\.local|\/home\/[^/]+\/\.local|~\/\.local|\$\{?HOME\}?\/\.local)?\/s?bin(?:\/|$)/;

/** Downloads that become programs: run by a shell, made executable, or put or unpacked into a folder of programs. */
export function downloadInstalls(commands: readonly ShellCommand[]): readonly InstallCommand[] {
  const installs: InstallCommand[] = [];
  for (const command of commands) {
    const download = asDownload(command);
    if (download === undefined) continue;
    const names = targetNames(command, download, commands);
    if (names === undefined) continue;
    const range = command.pipeline?.range ?? command.range;
    if (names === 'installer') installs.push({ kind: 'installer', tool: download.tool, names: [], range, command });
    else installs.push({ kind: 'download', tool: download.tool, names, range, command });
  }
  return installs;
}

/** The download becomes a program: it is made executable, or lands in a folder of programs. */
export function becomesProgram(command: ShellCommand, commands: readonly ShellCommand[]): boolean {
  const download = asDownload(command);
  const names = download === undefined ? undefined : targetNames(command, download, commands);
  return names !== undefined && names !== 'installer';
}

/** People use a file soon after they fetched it; looking at all commands each time would take quadratic time. */
const maxDistance = 40;

/** The commands that run after one, as far as they can have to do with it. */
export function commandsAfter(command: ShellCommand, commands: readonly ShellCommand[]): readonly ShellCommand[] {
  const at = commands.indexOf(command);
  return commands.slice(at + 1, at + 1 + maxDistance);
}

/** A command that fetches something over the network. */
export interface Download {
  readonly tool: string;
  readonly urls: readonly ShellWord[];
  /** File that it writes, as far as it is named or follows from the address. */
  readonly output: string | undefined;
}

/** The programs that fetch. */
export const downloadPrograms: readonly string[] = ['curl', 'wget'];

/** What a `curl` or `wget` command fetches, or `undefined` for other commands. */
export function asDownload(command: ShellCommand): Download | undefined {
  return downloadPrograms.includes(unwrapCommand(command.words).name) ? command.remember(readDownload) : undefined;
}

function readDownload(command: ShellCommand): Download {
  const { name, argv } = unwrapCommand(command.words);
  const urls: ShellWord[] = [];
  let output: string | undefined = command.redirects.find(
    (redirect) => redirect.operator.startsWith('>') && (redirect.descriptor ?? 1) === 1,
  )?.target?.value;
  let named = false;
  let folder = '';
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at];
    if (word === undefined) break;
    const { value } = word;
    const next = argv[at + 1]?.value ?? '';
    if (
      name === 'curl' ? /^(?:-[a-zA-Z]*o|--output)$/.test(value) : /^(?:-[a-zA-Z]*O|--output-document)$/.test(value)
    ) {
      output = next;
      at++;
    } else if (/^--output(?:-document)?=/.test(value)) {
      output = value.slice(value.indexOf('=') + 1);
    } else if (name === 'curl' && /^(?:-[a-zA-Z]*O[a-zA-Z]*|--remote-name(?:-all)?)$/.test(value)) {
      named = true;
    } else if (name === 'wget' ? /^(?:-[a-zA-Z]*P|--directory-prefix)$/.test(value) : value === '--output-dir') {
      folder = next;
      named = true;
      at++;
    } else if (valuedOptions.has(value)) {
      at++;
    } else if (!value.startsWith('-')) {
      urls.push(word);
    }
  }
  const toStandardOutput = output === '-' || output === '/dev/stdout';
  if (output === undefined && (named || name === 'wget')) {
    const last = urls.at(-1)?.value.replace(/[?#].*$/, '');
    const file = last?.slice(last.lastIndexOf('/') + 1);
    output = file === undefined ? undefined : folder === '' ? file : `${folder.replace(/\/$/, '')}/${file}`;
  }
  return { tool: name, urls, output: toStandardOutput ? undefined : output };
}

const valuedOptions = new Set([
  '-H',
  '--header',
  '-A',
  '--user-agent',
  '-u',
  '--user',
  '-d',
  '--data',
  '--data-raw',
  '--data-binary',
  '-X',
  '--request',
  '-m',
  '--max-time',
  '--connect-timeout',
  '--retry',
  '--retry-delay',
  '--retry-max-time',
  '-x',
  '--proxy',
  '--cacert',
  '-e',
  '--referer',
  '-w',
  '--write-out',
  '-b',
  '--cookie',
  '-c',
  '--cookie-jar',
  '-T',
  '--timeout',
  '-t',
  '--tries',
  '--waitretry',
  '-U',
  '-F',
  '--form',
  '-K',
  '--config',
  '-D',
  '--dump-header',
]);

/** Names of the programs that a download puts into place, or that it is an installer which is run. */
type Target = readonly string[] | 'installer';

/** What the download installs; `undefined` where it installs nothing. */
function targetNames(command: ShellCommand, download: Download, commands: readonly ShellCommand[]): Target | undefined {
  const reader = readerOf(command);
  if (reader !== undefined) {
    const { name, argv } = unwrapCommand(reader.words);
    if (readsProgram(reader)) return 'installer';
    if (unpackers.has(name)) {
      return unpackedInto(argv, reader) ?? usesOfUnpacked(unpackFolder(argv), commandsAfter(reader, commands));
    }
    if (name === 'gunzip' || name === 'zcat' || name === 'gzip' || name === 'xz' || name === 'tee') {
      const file = name === 'tee' ? argv.at(-1)?.value : redirectTarget(reader);
      return file !== undefined && binaryFolder.test(file) ? [lastPart(file)] : undefined;
    }
  }
  if (command.substitutionOf !== undefined) {
    const { name } = unwrapCommand(command.substitutionOf.words);
    return interpreters.has(name) || name === 'eval' || name === 'source' || name === '.' ? 'installer' : undefined;
  }
  return download.output === undefined ? undefined : usesOfFile(download.output, commandsAfter(command, commands));
}

/** A shell or another interpreter that runs what it is given on its standard input; with `-c`, `-e` or `-m` it only reads data there. */
export function readsProgram({ words }: ShellCommand): boolean {
  const { name, argv, script, shellText } = unwrapCommand(words);
  if (!interpreters.has(name)) return false;
  const options = argv.slice(1).map((word) => word.value);
  if (shells.has(name)) {
    if (shellText !== undefined) return false;
    if (script === undefined || script.value === '-' || script.value === '/dev/stdin') return true;
    const first = options.findIndex((option) => !option.startsWith('-'));
    return options.slice(0, first).some((option) => /^-[a-zA-Z]*s[a-zA-Z]*$/.test(option));
  }
  for (const option of options) {
    if (option === '-' || option === '--' || option === '/dev/stdin') return true;
    if (!/^-[uBsSIqv]+$/.test(option)) return false;
  }
  return true;
}

/** The next command of the pipeline that gets the output. */
function readerOf(command: ShellCommand): ShellCommand | undefined {
  const parts = command.pipeline?.parts;
  if (parts === undefined) return undefined;
  const index = parts.findIndex((part) => part.includes(command));
  const last = parts.slice(index + 1).flat();
  return last.find((next) => {
    const { name } = unwrapCommand(next.words);
    return interpreters.has(name) || /^(?:tar|bsdtar|unzip|gunzip|zcat|gzip|xz|tee)$/.test(name);
  });
}

function usesOfFile(output: string, commands: readonly ShellCommand[]): Target | undefined {
  if (binaryFolder.test(output)) return [lastPart(output)];
  const same = (word: ShellWord): boolean =>
    word.value === output || (lastPart(word.value) === lastPart(output) && lastPart(output) !== '');
  for (const command of commands) {
    const { name, argv, script } = unwrapCommand(command.words);
    const mentions = argv.slice(1).some(same);
    if (script !== undefined && same(script)) return 'installer';
    const program = argv[0];
    if (program?.value.includes('/') === true && same(program))
      return scriptName.test(output) ? 'installer' : [lastPart(output)];
    if (!mentions) continue;
    if (interpreters.has(name) && argv[1] !== undefined && same(argv[1])) return 'installer';
    if (name === 'chmod' && argv.some((word) => executableMode.test(word.value))) {
      // An installer is made executable to run it once.
      return scriptName.test(output) && isRun(output, commandsAfter(command, commands))
        ? 'installer'
        : [lastPart(output)];
    }
    if (
      (name === 'mv' || name === 'cp' || name === 'install' || name === 'ln') &&
      binaryFolder.test(argv.at(-1)?.value ?? '')
    ) {
      const target = argv.at(-1)?.value ?? '';
      return [target.endsWith('/') || /\/s?bin$/.test(target) ? lastPart(output) : lastPart(target)];
    }
    if (unpackers.has(name)) {
      const names = unpackedInto(argv, command) ?? usesOfUnpacked(unpackFolder(argv), commandsAfter(command, commands));
      if (names !== undefined) return names;
    }
  }
  return undefined;
}

const scriptName = /(?:\.(?:sh|bash|run|py|pl)|install(?:er)?)$/i;

function isRun(file: string, commands: readonly ShellCommand[]): boolean {
  return commands.some(({ words }) => {
    const { argv, script, shellText } = unwrapCommand(words);
    const program = script ?? argv[0];
    return lastPart(program?.value ?? '') === lastPart(file) || shellText?.text.includes(file) === true;
  });
}

const unpackers = new Set(['tar', 'bsdtar', 'unzip']);

/** Where an archive goes; '' for the working directory. */
function unpackFolder(argv: readonly ShellWord[]): string {
  for (let at = 1; at < argv.length; at++) {
    const value = argv[at]?.value ?? '';
    if (value === '-C' || value === '-d' || value === '--directory' || /^-?[a-zA-Z]*C$/.test(value))
      return (argv[at + 1]?.value ?? '').replace(/\/$/, '');
    if (value.startsWith('--directory=')) return value.slice('--directory='.length).replace(/\/$/, '');
  }
  return '';
}

/** What was unpacked is made executable, or put into a folder of programs. */
function usesOfUnpacked(folder: string, commands: readonly ShellCommand[]): Target | undefined {
  const isIn = (path: string): boolean =>
    folder === '' ? /^[^/$~-]/.test(path) : path.startsWith(`${folder}/`) && path.length > folder.length + 1;
  for (const command of commands) {
    if (asDownload(command) !== undefined) return undefined;
    if (folder !== '' && entersPath(command, isIn)) return [];
    const { name, argv } = unwrapCommand(command.words);
    if (name === 'cd' || name === 'make' || name === 'rm') return undefined;
    const operands = argv.slice(1).map((word) => word.value);
    const files = operands.filter((value) => !value.startsWith('-'));
    if (name === 'chmod' && operands.some((value) => executableMode.test(value))) {
      const file = files.slice(1).find(isIn);
      if (file !== undefined && folder !== '') return [lastPart(file)];
    }
    const target = files.at(-1) ?? '';
    if (/^(?:mv|cp|install|ln)$/.test(name) && files.length > 1 && binaryFolder.test(target)) {
      const file = files.slice(0, -1).find((value) => isIn(value) && !/^0?[0-7]{3}$/.test(value));
      if (file !== undefined) return [/\/$|\/s?bin$/.test(target) ? lastPart(file) : lastPart(target)];
    }
  }
  return undefined;
}

/** `export PATH=/opt/node/bin:$PATH` */
function entersPath({ assignments }: ShellCommand, isIn: (path: string) => boolean): boolean {
  const value = assignments.find(({ name }) => name === 'PATH')?.value?.value;
  return value?.split(':').some(isIn) === true;
}

const executableMode = /^[ugoa]*\+[rwst]*x|^0?[0-7]*[1357][0-7]{0,2}$/;

function unpackedInto(argv: readonly ShellWord[], command: ShellCommand): readonly string[] | undefined {
  const toFile = redirectTarget(command);
  if (toFile !== undefined) return binaryFolder.test(toFile) ? [lastPart(toFile)] : undefined;
  for (let at = 1; at < argv.length; at++) {
    const value = argv[at]?.value ?? '';
    const folder =
      value === '-C' || value === '-d' || value === '--directory' || /^-[a-z]*C$/.test(value)
        ? argv[at + 1]?.value
        : /^--directory=(.*)/.exec(value)?.[1];
    if (folder === undefined) continue;
    if (binaryFolder.test(folder) || /^\/usr(?:\/local)?\/?$/.test(folder)) {
      return argv
        .slice(1)
        .map((word) => word.value)
        .filter((word) => /^[\w-]+$/.test(word) && !word.startsWith('-') && !/^[a-z]*x[a-z]*$/.test(word));
    }
  }
  return undefined;
}

function redirectTarget(command: ShellCommand): string | undefined {
  return command.redirects.find((redirect) => redirect.operator.startsWith('>') && (redirect.descriptor ?? 1) === 1)
    ?.target?.value;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

import { type MappedText, MappedTextBuilder } from '../text/MappedText.ts';
import type { ShellWord } from './ShellWord.ts';

/** What a command line runs after the programs that only start another one (`exec`, `sudo`, `env`, `tini --`, `gosu node`, …). */
export interface UnwrappedCommand {
  /** The program's name without its folder, or '' where there is none. */
  readonly name: string;
  /** The program and its arguments. */
  readonly argv: readonly ShellWord[];
  /** Shell text that it runs: `sh -c TEXT`, `eval TEXT`, `su -c TEXT`. */
  readonly shellText?: MappedText;
  /** Script file that a shell (or `.`/`source`) runs. */
  readonly script?: ShellWord;
}

interface Wrapper {
  /** Options whose value is the next word. */
  readonly valued?: readonly string[];
  /** Words that are not options before the command, such as the user of `gosu`. */
  readonly operands?: number;
}

const wrappers: Readonly<Record<string, Wrapper>> = {
  exec: { valued: ['-a'] },
  command: {},
  builtin: {},
  nohup: {},
  time: { valued: ['-f', '-o'] },
  sudo: { valued: ['-u', '--user', '-g', '--group', '-C', '-D', '-h', '-p', '-r', '-t', '-U', '-T'] },
  doas: { valued: ['-u', '-C'] },
  env: { valued: ['-u', '--unset', '-C', '--chdir'] },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '--class', '--classdata'] },
  chrt: { operands: 1 },
  timeout: { valued: ['-k', '-s', '--kill-after', '--signal'], operands: 1 },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  unbuffer: {},
  setsid: {},
  flock: { valued: ['-w', '-E', '--timeout', '--wait'], operands: 1 },
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  's6-setuidgid': { operands: 1 },
  setuser: { operands: 1 },
  chpst: { valued: ['-u', '-U', '-b', '-e', '-/', '-n', '-l', '-m', '-d', '-o', '-p', '-f', '-c'] },
  setpriv: { valued: ['--reuid', '--regid', '--groups', '--inh-caps', '--ambient-caps', '--bounding-set'] },
  capsh: {},
  tini: { valued: ['-p', '-e'] },
  'tini-static': { valued: ['-p', '-e'] },
  'dumb-init': { valued: ['-r', '--rewrite'] },
  'docker-init': { valued: ['-p', '-e'] },
  catatonit: {},
  'with-contenv': {},
  busybox: {},
  xargs: {
    valued: [
      '-n',
      '-I',
      '-L',
      '-P',
      '-d',
      '-a',
      '-s',
      '-E',
      '--max-args',
      '--replace',
      '--max-procs',
      '--delimiter',
      '--arg-file',
    ],
  },
  chronic: {},
  sem: {},
  'cross-env': {},
  dotenv: { valued: ['-e', '-f'] },
  'xvfb-run': { valued: ['-n', '-e', '-f', '-p', '-s', '-w', '--server-num', '--error-file', '--server-args'] },
  'dbus-run-session': { valued: ['--config-file', '--dbus-daemon'] },
  proxychains: { valued: ['-f'] },
  proxychains4: { valued: ['-f'] },
  torsocks: {},
  eatmydata: {},
  fakeroot: {},
  taskset: { valued: ['-c', '--cpu-list'] },
  chroot: { operands: 1 },
  dockerize: {
    valued: [
      '-wait',
      '-timeout',
      '-wait-retry-interval',
      '-wait-http-header',
      '-template',
      '-stdout',
      '-stderr',
      '-poll',
      '-env',
    ],
  },
};

/** What they run stands after `--`: `wait-for-it.sh db:5432 -- npm start`, `doppler run -- npm start`. */
const dashed = /^(?:wait-?for[\w-]*(?:\.sh)?|wait(?:\.sh)?|doppler|infisical|dotenvx|chamber|aws-vault|op)$/;

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'busybox-sh']);
/** All that start something else. */
const starters = new Set([
  ...Object.keys(wrappers),
  ...shells,
  'eval',
  'su',
  'runuser',
  'script',
  '.',
  'source',
  'find',
]);
const maxWrappers = 20;

export function unwrapCommand(words: readonly ShellWord[]): UnwrappedCommand {
  const list: RememberingWords = words;
  // Every rule asks for the same commands.
  list[unwrapped] ??= unwrap(words);
  return list[unwrapped];
}

const unwrapped = Symbol('unwrapped');

interface RememberingWords extends ReadonlyArray<ShellWord> {
  [unwrapped]?: UnwrappedCommand;
}

function unwrap(words: readonly ShellWord[]): UnwrappedCommand {
  let argv = words;
  for (let i = 0; i < maxWrappers; i++) {
    const name = programName(argv[0]);
    if (!starters.has(name)) {
      const rest = name.startsWith('$') ? afterSudo(name, argv) : dashed.test(name) ? afterDashes(argv) : undefined;
      if (rest === undefined) return { name, argv };
      argv = rest;
      continue;
    }
    if (shells.has(name)) return shellInvocation(name, argv);
    if (name === 'eval' && argv.length > 1) return evaluated(name, argv);
    if (name === 'su' || name === 'runuser' || name === 'script') {
      const su = unwrapSu(name, argv);
      if (!Array.isArray(su)) return su as UnwrappedCommand;
      argv = su;
      continue;
    }
    if (name === '.' || name === 'source') return { name, argv, ...(argv[1] === undefined ? {} : { script: argv[1] }) };
    if (name === 'find') {
      const at = argv.findIndex(({ value }) => value === '-exec' || value === '-execdir');
      if (at === -1 || at + 1 === argv.length) return { name, argv };
      argv = argv.slice(at + 1);
      continue;
    }
    const wrapper = wrappers[name];
    if (wrapper === undefined || argv.length < 2) return { name, argv };
    const rest = afterWrapper(name, wrapper, argv);
    if (rest === undefined) return { name, argv };
    argv = rest;
  }
  return { name: programName(argv[0]), argv };
}

/** `/usr/bin/apt-get` is `apt-get`, and so is `$(which apt-get)`. */
export function programName(word: ShellWord | undefined): string {
  if (word === undefined) return '';
  const { value } = word;
  if (value.startsWith('$(') || value.startsWith('`')) {
    const looked = lookedUp.exec(value)?.[1];
    if (looked !== undefined) return looked;
  }
  return value.slice(value.lastIndexOf('/') + 1);
}

const lookedUp = /^(?:\$\(|`)\s*(?:which|command -v|type -[pP])\s+([\w.+-]+)\s*[)`]$/;

/** Scripts hold `sudo`, or nothing where they run as root, in a variable that something else sets. */
function afterSudo(name: string, argv: readonly ShellWord[]): readonly ShellWord[] | undefined {
  return /^\$\{?(?:\w+_)?sudo(?:_cmd)?\}?$/i.test(name) && argv.length > 1 ? argv.slice(1) : undefined;
}

function afterDashes(argv: readonly ShellWord[]): readonly ShellWord[] | undefined {
  const at = argv.findIndex(({ value }) => value === '--');
  return at === -1 || at + 1 === argv.length ? undefined : argv.slice(at + 1);
}

function afterWrapper(name: string, wrapper: Wrapper, argv: readonly ShellWord[]): readonly ShellWord[] | undefined {
  let operands = wrapper.operands ?? 0;
  for (let at = 1; at < argv.length; at++) {
    const value = argv[at]?.value ?? '';
    // `command -v x` asks for a command and runs none.
    if (name === 'command' && /^-[pvV]*[vV]/.test(value)) return undefined;
    if (name === 'env' && (value === '-S' || value === '--split-string')) return undefined;
    if (value === '--') {
      if (operands === 0) return at + 1 < argv.length ? argv.slice(at + 1) : undefined;
      continue;
    }
    if (value.startsWith('-') && value.length > 1) {
      if (wrapper.valued?.includes(value) === true || (name === 'sudo' && /^-[A-Za-z]+u$/.test(value))) at++;
      continue;
    }
    if ((name === 'env' || name === 'sudo' || name === 'cross-env' || name === 'exec') && /^[A-Za-z_]\w*=/.test(value))
      continue;
    if (operands > 0) {
      operands--;
      continue;
    }
    return argv.slice(at);
  }
  return undefined;
}

/** `eval` runs all its words as one text. */
function evaluated(name: string, argv: readonly ShellWord[]): UnwrappedCommand {
  const [, first, ...others] = argv;
  if (first === undefined) return { name, argv };
  if (others.length === 0) return { name, argv, shellText: first.text };
  const builder = new MappedTextBuilder(first.range.start);
  for (const [index, { text }] of [first, ...others].entries()) {
    if (index > 0) builder.appendAt(' ', text.sourceOffset(0));
    for (let at = 0; at < text.text.length; at++) builder.appendAt(text.text[at] ?? '', text.sourceOffset(at));
  }
  return { name, argv, shellText: builder.build() };
}

function shellInvocation(name: string, argv: readonly ShellWord[]): UnwrappedCommand {
  let command = false;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at];
    if (word === undefined) break;
    if (
      word.value === '-o' ||
      word.value === '+o' ||
      word.value === '-O' ||
      word.value === '--rcfile' ||
      word.value === '--init-file'
    ) {
      at++;
      continue;
    }
    if (/^[-+][A-Za-z]+$/.test(word.value)) {
      if (word.value.startsWith('-') && word.value.includes('c')) command = true;
      // `bash -euo pipefail script`: the option's name is the next word.
      if (/o$/.test(word.value)) at++;
      continue;
    }
    if (word.value.startsWith('--')) continue;
    return command ? { name, argv, shellText: word.text } : { name, argv, script: word };
  }
  return { name, argv };
}

function unwrapSu(name: string, argv: readonly ShellWord[]): UnwrappedCommand | readonly ShellWord[] {
  for (let at = 1; at < argv.length; at++) {
    const value = argv[at]?.value ?? '';
    const text = argv[at + 1];
    if ((/^-[a-z]*c$/.test(value) || value === '--command') && text !== undefined)
      return { name, argv, shellText: text.text };
    if (value.startsWith('--command=')) {
      const word = argv[at];
      if (word !== undefined) return { name, argv, shellText: word.text.slice('--command='.length) };
    }
    if (name === 'runuser' && value === '--' && at + 1 < argv.length) return argv.slice(at + 1);
  }
  return { name, argv };
}

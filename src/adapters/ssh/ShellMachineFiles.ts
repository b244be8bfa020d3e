import { randomBytes } from 'node:crypto';
import type { CommandRunner } from '../../application/ports/CommandRunner.ts';
import type { MachineFiles } from '../../application/ports/MachineFiles.ts';
import { MAX_QUOTED_CHARACTERS, printable } from '../../core/text/printable.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';

/** What is read as a text: settings and the like. */
export const MAX_TEXT_BYTES = 16 * 2 ** 20;

/** Files of a VM through small POSIX scripts, so that no file transfer subsystem is needed there. */
export class ShellMachineFiles implements MachineFiles {
  readonly #commands: CommandRunner;
  /** For messages: `user@host:port`. */
  readonly #machineName: string;

  constructor(commands: CommandRunner, machineName: string) {
    this.#commands = commands;
    this.#machineName = machineName;
  }

  async readText(path: string, signal?: AbortSignal): Promise<string | undefined> {
    const result = await this.#script(READ, [path], {
      what: `"${path}" could not be read`,
      absentCode: ABSENT,
      signal,
    });
    return result === undefined ? undefined : Buffer.from(result, 'base64').toString('utf8');
  }

  async writeText(path: string, text: string, mode: number, signal?: AbortSignal): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    await this.#script(WRITE, [path, (mode & 0o7777).toString(8), String(bytes.length)], {
      what: `"${path}" could not be written`,
      stdin: once(bytes),
      signal,
    });
  }

  async list(path: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
    const what = `The folder "${path}" could not be read`;
    const result = await this.#script(LIST, [path], { what, absentCode: ABSENT, signal });
    if (result === undefined) return undefined;
    const names = Buffer.from(result, 'base64').toString('utf8').split('\0');
    return names.filter((name) => name !== '');
  }

  async unpackFolder(path: string, tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    const folder = path.replace(/(?<=.)\/+$/, '');
    const staging = `${folder}.openclaw-vm-${randomBytes(6).toString('hex')}`;
    const what = `The files could not be put into "${path}"`;
    // Two commands: the second one is sent only after the whole stream has arrived, which tar itself cannot tell from a cut one.
    await this.#script(UNPACK, [folder, staging], { what, stdin: tar, signal });
    await this.#script(MERGE, [staging, folder], { what, signal });
  }

  /** What the script printed, or `undefined` where it ended with `absentCode`. */
  async #script(
    script: string,
    args: readonly string[],
    options: {
      readonly what: string;
      readonly absentCode?: number;
      readonly stdin?: AsyncIterable<Uint8Array>;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<string | undefined> {
    const command = this.#commands.run(['sh', '-c', HOME_PATHS + script, 'sh', ...args], {
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const stdout: string[] = [];
    const stderr: string[] = [];
    let printed = 0;
    for await (const line of command.lines) {
      printed += line.text.length;
      // More than the scripts can print: something else does.
      if (printed > MAX_PRINTED_CHARACTERS) throw this.#failure(options.what, 'there is no end to what comes');
      (line.stream === 'stdout' ? stdout : stderr).push(line.text);
    }
    const { code } = await command.exit;
    if (code === 0) return stdout.join('');
    if (code !== undefined && code === options.absentCode) return undefined;
    const reason = stderr.filter((line) => line.trim() !== '').at(-1) ?? `exit code ${code ?? 'missing'}`;
    throw this.#failure(options.what, reason.trim(), stderr.join('\n'));
  }

  #failure(what: string, reason: string, cause?: string): UserFacingError {
    return new UserFacingError(`${what} on ${this.#machineName}: ${printable(reason, MAX_QUOTED_CHARACTERS)}`, {
      remedy: 'Check the path, its rights and the free space on the machine, then retry.',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

// A text of the largest size in base64, and names of a folder that holds as many.
const MAX_PRINTED_CHARACTERS = 2 * MAX_TEXT_BYTES;
// An exit code that no tool in the scripts uses.
const ABSENT = 44;

/** Sets `a` and `b` to the first two arguments, `~/` replaced. */
const HOME_PATHS = `
set -e
home() { case $1 in '~') printf '%s' "$HOME";; '~/'*) printf '%s/%s' "$HOME" "\${1#??}";; *) printf '%s' "$1";; esac; }
a=$(home "$1")
b=$(home "\${2-}")
`;

const READ = `
[ -e "$a" ] || exit ${ABSENT}
if [ -d "$a" ]; then echo 'it is a folder' >&2; exit 1; fi
[ -f "$a" ] || { echo 'it is no file' >&2; exit 1; }
[ -r "$a" ] || cat < "$a"
[ "$(head -c ${MAX_TEXT_BYTES + 1} < "$a" | wc -c)" -le ${MAX_TEXT_BYTES} ] || { echo 'it is larger than ${MAX_TEXT_BYTES / 2 ** 20} MB' >&2; exit 1; }
head -c ${MAX_TEXT_BYTES} < "$a" | base64
`;

const LIST = `
[ -d "$a" ] || exit ${ABSENT}
cd -- "$a"
for f in * .[!.]* ..?*; do if [ -e "$f" ] || [ -L "$f" ]; then printf '%s\\0' "$f"; fi; done | base64
`;

// The file is replaced only when every byte has arrived: a connection that breaks looks like the end of the input.
const WRITE = `
d=$(dirname -- "$a")
mkdir -p -- "$d"
if [ -L "$a" ]; then a=$(readlink -f -- "$a"); d=$(dirname -- "$a"); fi
t=$(mktemp "$d/.openclaw-vm.XXXXXX")
trap 'rm -f -- "$t"' EXIT
trap 'exit 1' HUP INT TERM
cat > "$t"
[ "$(wc -c < "$t")" -eq "$3" ] || { echo 'the transfer was cut' >&2; exit 1; }
chmod -- "$2" "$t"
mv -f -- "$t" "$a"
trap - EXIT
`;

// Staging folders of transfers that were cut more than an hour ago go away first.
const UNPACK = `
if [ -e "$a" ] && [ ! -d "$a" ]; then echo "$a is not a folder" >&2; exit 1; fi
p=$(dirname -- "$a")
mkdir -p -- "$p"
find "$p" -maxdepth 1 -name "$(basename -- "$a").openclaw-vm-*" -mmin +60 -exec rm -rf -- {} + 2>/dev/null || true
trap 'rm -rf -- "$b"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -- "$b"
tar -xof - -C "$b"
trap - EXIT
`;

const MERGE = `
trap 'rm -rf -- "$a"' EXIT
trap '' HUP INT TERM
merge() {
  for e in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if [ ! -e "$e" ] && [ ! -L "$e" ]; then continue; fi
    t=$2/\${e##*/}
    if [ -d "$e" ] && [ ! -L "$e" ] && [ -d "$t" ]; then merge "$e" "$t"
    elif [ -d "$t" ] && [ ! -L "$t" ]; then echo "$t is a folder" >&2; exit 1
    else mv -f -- "$e" "$t"; fi
  done
}
if [ -d "$b" ]; then merge "$a" "$b"; else mv -- "$a" "$b"; fi
`;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

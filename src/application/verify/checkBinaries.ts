import type { Engine } from '../ports/Engine.ts';
import { isNotInImage, probeExec } from './containerExec.ts';
import type { BinaryCheck } from './GatewayChecks.ts';

/**
 * Looks up each name on the PATH of a running container, as its own user, and asks what is found for its version. Works with any
 * POSIX `sh`; an image without one is asked by starting the binaries themselves.
 */
export async function checkBinaries(
  engine: Engine,
  containerId: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<readonly BinaryCheck[]> {
  const asked = names.filter((name) => isPlainName(name));
  const found = asked.length === 0 ? new Map<string, Lookup>() : await lookUp(engine, containerId, asked, signal);
  return await inTurns(names, (name) => checkOne(engine, containerId, name, found, signal));
}

type LookupState = 'present' | 'missing' | 'empty' | 'notExecutable';

interface Lookup {
  readonly state: LookupState;
  readonly path: string;
}

/** As many execs at once as a VM's sshd lets through beside everything else. */
const parallelExecs = 4;
const versionTimeoutMs = 10_000;

/**
 * What the kernel, the shell, the dynamic linker and the emulators that start the programs of another architecture (QEMU's user mode,
 * Docker Desktop's Rosetta) say where they cannot.
 */
const doesNotStart =
  /exec format error|cannot execute|required file not found|error while loading shared libraries|^qemu-\w+(-static)?: |^rosetta error: /im;

/** By exit code as a shell and the engine give it for an end by a signal: those that a program gets for what it does itself. */
const crashes: ReadonlyMap<number, string> = new Map([
  [128 + 4, 'SIGILL, an instruction that the processor does not have'],
  [128 + 7, 'SIGBUS'],
  [128 + 11, 'SIGSEGV'],
]);

/** Prints `<state> <path>` for each argument. Like `which`, but tells an empty or a not executable file from a missing one. */
const lookUpScript = `
for name in "$@"; do
  result="missing -"
  IFS=:
  for folder in $PATH; do
    file="\${folder:-.}/$name"
    [ -f "$file" ] || continue
    if [ ! -x "$file" ]; then
      [ "$result" = "missing -" ] && result="notExecutable $file"
    elif [ -s "$file" ]; then
      result="present $file"
      break
    else
      result="empty $file"
      break
    fi
  done
  unset IFS
  printf '%s\\n' "$result"
done`;

function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][\w.+-]*$/.test(name);
}

/** `undefined` where the container has no shell to ask, or does not run. */
async function lookUp(
  engine: Engine,
  containerId: string,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Lookup> | undefined> {
  const exec = await probeExec(engine, containerId, ['sh', '-c', lookUpScript, 'sh', ...names], signal);
  if (exec === undefined || exec.exitCode !== 0) return undefined;
  const lines = exec.stdout.split('\n');
  const found = new Map<string, Lookup>();
  for (const [index, name] of names.entries()) {
    const match = /^(present|missing|empty|notExecutable) (.*)$/.exec(lines[index]?.trimEnd() ?? '');
    if (match !== null) found.set(name, { state: match[1] as LookupState, path: match[2] ?? '' });
  }
  return found;
}

async function checkOne(
  engine: Engine,
  containerId: string,
  name: string,
  found: ReadonlyMap<string, Lookup> | undefined,
  signal: AbortSignal | undefined,
): Promise<BinaryCheck> {
  if (!isPlainName(name)) return { name, state: 'unknown', explanation: `"${name}" is not the name of a binary.` };
  const lookup = found?.get(name);
  switch (lookup?.state) {
    case 'missing':
      return missing(name);
    case 'empty':
      return {
        name,
        state: 'empty',
        path: lookup.path,
        explanation: `${lookup.path} is an empty file: its download failed and the build did not notice. Let the Dockerfile use \`curl -f\` and no pipe, then build again.`,
      };
    case 'notExecutable':
      return {
        name,
        state: 'notExecutable',
        path: lookup.path,
        explanation: `${lookup.path} is there, but the gateway's user may not execute it. Add \`chmod 0755\` in the Dockerfile, then build again.`,
      };
    case 'present':
      return await runIt(engine, containerId, name, lookup.path, signal);
    case undefined:
      return await runIt(engine, containerId, name, undefined, signal);
  }
}

/** Asks for the version, which also shows whether it starts at all. */
async function runIt(
  engine: Engine,
  containerId: string,
  name: string,
  path: string | undefined,
  signal: AbortSignal | undefined,
): Promise<BinaryCheck> {
  const program = path ?? name;
  const where = path === undefined ? {} : { path };
  const first = await probeExec(engine, containerId, [program, '--version'], signal, versionTimeoutMs);
  if (first === undefined && path === undefined) {
    return {
      name,
      state: 'unknown',
      explanation: `Whether ${name} is there could not be asked: the container does not run, or has no shell.`,
    };
  }
  if (first !== undefined) {
    const output = `${first.stdout}\n${first.stderr}`;
    if (path === undefined && isNotInImage(first)) return missing(name);
    if (first.exitCode === 0) return present(name, path, versionIn(output));
    if (doesNotStart.test(output) || isNotInImage(first)) {
      return {
        name,
        state: 'broken',
        ...where,
        explanation: `${program} is there, but does not start: it was built for another processor architecture, or needs a library that the image does not have.`,
      };
    }
  }
  const second = await probeExec(engine, containerId, [program, 'version'], signal, versionTimeoutMs);
  const crash = crashes.get(second?.exitCode ?? 0);
  if (crash !== undefined && first?.exitCode === second?.exitCode) {
    return {
      name,
      state: 'broken',
      ...where,
      explanation: `${program} is there, but crashes as soon as it starts (${crash}): it needs another processor, or its file is damaged.`,
    };
  }
  const version = second?.exitCode === 0 ? versionIn(`${second.stdout}\n${second.stderr}`) : undefined;
  return present(name, path, version);
}

function present(name: string, path: string | undefined, version: string | undefined): BinaryCheck {
  return {
    name,
    state: 'present',
    ...(path === undefined ? {} : { path }),
    ...(version === undefined ? {} : { version }),
    explanation: path === undefined ? `${name} starts in the container.` : `Found at ${path}.`,
  };
}

function missing(name: string): BinaryCheck {
  return {
    name,
    state: 'missing',
    explanation: `${name} is not in the container. Bake it in with "OpenClaw VM: Add Binary to Dockerfile…", then build and deploy.`,
  };
}

/** The first line that holds a number with a dot, without terminal colours; otherwise nothing, rather than a usage text. */
function versionIn(output: string): string | undefined {
  const line = output.split('\n').find((text) => /\d+\.\d+/.test(text));
  return line?.trim().slice(0, 120);
}

/** `Promise.all` with at most `parallelExecs` at a time, results in order. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const pending = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      results.set(next[0], await run(next[1]));
    }
  };
  await Promise.all(Array.from({ length: parallelExecs }, worker));
  return items.flatMap((_item, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}

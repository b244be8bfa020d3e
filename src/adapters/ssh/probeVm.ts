import { passwordExpired } from './connectErrors.ts';
import type { SshConnection } from './SshConnection.ts';
import { loginShellCommand } from './shellCommand.ts';

/** What a VM says about itself before its engine is asked. */
export interface VmProbe {
  /** Only asked for where no socket can be used; else empty. */
  readonly user: string;
  /** Whether the docker CLI is on the PATH of a command run over SSH. */
  readonly hasDockerCli: boolean;
  /** `DOCKER_HOST` as the login gives it; empty where it is not set. */
  readonly dockerHost: string;
  /** Whether `sudo -n docker` works; only looked for where no socket can be used. */
  readonly sudoDocker: boolean;
  /** Sockets that exist, in the order in which they should be used, up to the first that can be. */
  readonly sockets: readonly ProbedSocket[];
}

export interface ProbedSocket {
  readonly path: string;
  readonly usable: boolean;
}

const PROBE_TIMEOUT_MS = 20_000;
const MAX_WORDS_CHARACTERS = 200;
const MARKER = 'openclaw-vm-probe:';

// The login may print greetings around it; only marked lines count. Everything but the shell's own commands costs milliseconds, so the
// rest is only for VMs whose usual sockets are not there. No character in it needs an escape: see `loginShellCommand`.
const SCRIPT = `
say() { printf %s "${MARKER}$1=$2"; echo; }
look() { if [ -S "$1" ]; then if [ -r "$1" ] && [ -w "$1" ]; then u=$1; say usable "$1"; else say forbidden "$1"; fi; fi; }
u= h=\${DOCKER_HOST-}
say dockerHost "$h"
command -v docker >/dev/null 2>&1 && say cli docker
case $h in unix://*) look "\${h#unix://}";; esac
[ -n "$u" ] || look /var/run/docker.sock
if [ -z "$u" ]; then r=\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
for s in "$r/docker.sock" "$HOME/.docker/run/docker.sock" /run/podman/podman.sock "$r/podman/podman.sock"
do [ -n "$u" ] || look "$s"; done; fi
if [ -z "$u" ]; then say user "$(id -un)"; sudo -n docker version >/dev/null 2>&1 && say sudo docker; fi
say end yes
`
  .trim()
  .replaceAll('\n', '; ');

/**
 * Asks the VM about its user, its docker CLI and the sockets of its engine, with one command. It is the first session channel of the
 * connection: sshd up to 10.0 sends small packets at once only after one was opened.
 */
export async function probeVm(connection: SshConnection, signal?: AbortSignal): Promise<VmProbe> {
  const { channel, ended } = await connection.exec(loginShellCommand(SCRIPT), signal === undefined ? {} : { signal });
  let output = '';
  // The channel closes some milliseconds after the last word.
  const answered = new Promise<void>((resolve) => {
    channel.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (isComplete(output)) resolve();
    });
  });
  let errors = '';
  channel.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-2000);
  });
  channel.end();
  const giveUp = new AbortController();
  const onAbort = (): void => giveUp.abort(signal?.reason);
  const timer = setTimeout(() => giveUp.abort(new Error('the login shell did not answer in time')), PROBE_TIMEOUT_MS);
  const gaveUp = new Promise<never>((_resolve, reject) => {
    giveUp.signal.addEventListener('abort', () => {
      channel.destroy();
      reject(giveUp.signal.reason);
    });
  });
  gaveUp.catch(() => {});
  signal?.addEventListener('abort', onAbort, { once: true });
  // Nobody waits for the shell to end, but it ends by itself: sshd counts the session of a closed channel until its process is gone.
  void ended.then(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  });
  await Promise.race([answered, ended, gaveUp]);
  const probe = parseProbe(output);
  if (probe !== undefined) return probe;
  const words = (errors.trim() || output.trim()).slice(-MAX_WORDS_CHARACTERS);
  // How sshd and pam_unix(8) put it; in other languages the words themselves have to do.
  const demand = words.split('\n').findLast((line) => /password/i.test(line) && /change|expired/i.test(line));
  if (demand !== undefined) throw passwordExpired(connection.address, demand.trim());
  throw connection.explain(new Error(`the login shell ran no command (${words})`));
}

function isComplete(output: string): boolean {
  return output.includes(`${MARKER}end=yes`);
}

export function parseProbe(output: string): VmProbe | undefined {
  const values: [string, string][] = output.split('\n').flatMap((line) => {
    const start = line.indexOf(MARKER);
    if (start < 0) return [];
    const [, name, value] = /^([a-zA-Z]+)=(.*)$/.exec(line.slice(start + MARKER.length).trimEnd()) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  const value = (name: string): string | undefined => values.find(([key]) => key === name)?.[1];
  if (value('end') === undefined) return undefined;
  const sockets = values
    .filter(([name]) => name === 'usable' || name === 'forbidden')
    .map(([name, path]) => ({ path, usable: name === 'usable' }));
  return {
    user: value('user') ?? '',
    hasDockerCli: value('cli') !== undefined,
    dockerHost: value('dockerHost') ?? '',
    sudoDocker: value('sudo') !== undefined,
    sockets: sockets.filter((socket, index) => sockets.findIndex((other) => other.path === socket.path) === index),
  };
}

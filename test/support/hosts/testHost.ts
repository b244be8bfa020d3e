import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createCgroup, findCgroups, limitMemory, removeCgroup } from './cgroups.ts';
import { hostAddress, hostNetns, machineAddress, plugIn, setCable, unplug } from './network.ts';
import { type RunOptions, type RunResult, run, runSync, shellQuote, tryRun, waitFor } from './run.ts';
import { cgroupOfSlot, type HostRecord, isHostAlive, startTimeOf } from './slots.ts';

/** What a host is made of, shared by all hosts of a run. */
export type HostBase = {
  readonly rootfs: string;
  /** Folder with `docker` (the engine's data without the layers) and `layers`; none: an engine without images. */
  readonly imageSet?: string;
  readonly certificateAuthority: string;
};

export type HostUser = 'root' | 'deploy' | 'nodocker';

export type SshOptions = RunOptions & { readonly user?: HostUser };

/** A Debian machine of its own: reach it over SSH as a user would, and pull its cables as fate would. */
export class TestHost {
  readonly name: string;
  readonly address: string;
  readonly #slot: number;
  readonly #slotFolder: string;
  readonly #onChange: (record: HostRecord) => void;
  #record: HostRecord;

  constructor(slot: number, slotFolder: string, record: HostRecord, onChange: (record: HostRecord) => void) {
    this.name = record.name;
    this.address = hostAddress(slot, record.index);
    this.#slot = slot;
    this.#slotFolder = slotFolder;
    this.#record = record;
    this.#onChange = onChange;
  }

  /** Private key that every user of the host accepts. */
  get keyFile(): string {
    return join(this.#slotFolder, 'id_ed25519');
  }

  /** OpenSSH client configuration in which every host of the run stands by its name. */
  get sshConfigFile(): string {
    return join(this.#slotFolder, 'ssh_config');
  }

  /** The engine's socket as this machine can open it: the engine is then as local as one that is installed here. */
  get engineSocketFile(): string {
    return `/proc/${this.#record.pid}/root/run/docker.sock`;
  }

  get isUp(): boolean {
    return isHostAlive(this.#slot, this.#record);
  }

  /** Runs a command over SSH; every argument arrives as given. Exit 255 is ssh's own failure. */
  async ssh(argv: readonly string[], { user = 'root', ...options }: SshOptions = {}): Promise<RunResult> {
    const args = ['-F', this.sshConfigFile, '-l', user, this.name, '--', argv.map(shellQuote).join(' ')];
    return await tryRun('ssh', args, options);
  }

  /** Like `ssh`, but gives stdout and throws on a non-zero exit. */
  async run(argv: readonly string[], { user = 'root', ...options }: SshOptions = {}): Promise<string> {
    const args = ['-F', this.sshConfigFile, '-l', user, this.name, '--', argv.map(shellQuote).join(' ')];
    return await run('ssh', args, options);
  }

  /** Writes a file on the host, with its folders. */
  async writeFile(path: string, content: string | Uint8Array, options: SshOptions = {}): Promise<void> {
    const script = 'mkdir -p -- "$(dirname -- "$1")" && cat >"$1"';
    await this.run(['sh', '-c', script, 'write', path], { ...options, input: content });
  }

  /** Cuts the host off the network: packets to and from it vanish. */
  cut(): void {
    setCable(this.#slot, this.#record.index, 'down');
  }

  heal(): void {
    setCable(this.#slot, this.#record.index, 'up');
  }

  /** Kills the SSH server and every open session. */
  async killSshd(): Promise<void> {
    await this.console(['host-service', 'kill', 'sshd']);
  }

  async startSshd(): Promise<void> {
    await this.console(['host-service', 'start', 'sshd']);
    await this.#waitForSshd();
  }

  /** Kills the engine with SIGKILL; its containers go on. */
  async killEngine(): Promise<void> {
    await this.console(['host-service', 'kill', 'engine']);
  }

  /** Stops the engine as `systemctl stop docker` does; its containers end. */
  async stopEngine(): Promise<void> {
    await this.console(['host-service', 'stop', 'engine']);
  }

  async startEngine(): Promise<void> {
    await this.console(['host-service', 'start', 'engine']);
    await this.#waitForEngine();
  }

  /** Gives the host new SSH host keys, as a reinstalled VM has. */
  async renewHostKeys(): Promise<void> {
    await this.console(['sh', '-c', 'rm /etc/ssh/ssh_host_* && ssh-keygen -A']);
    await this.killSshd();
    await this.startSshd();
    // The suites' own calls over `sshConfigFile` go on; the product's known hosts are the suite's affair.
    rmSync(join(this.#slotFolder, `known_hosts_${this.name}`), { force: true });
  }

  /** Fingerprint of the host's ed25519 key, `SHA256:…`, as an SSH client shows it. */
  async hostKeyFingerprint(): Promise<string> {
    const output = await this.console(['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub']);
    return output.split(' ')[1] ?? '';
  }

  /** Reboots the host: engine stopped first, or all at once as in a power cut. Disk, keys and address stay. */
  async reboot(base: HostBase, { powerCut = false }: { readonly powerCut?: boolean } = {}): Promise<void> {
    if (!powerCut && this.isUp) await this.stopEngine().catch(() => undefined);
    this.#stop();
    await this.start(base);
  }

  /**
   * Limits the memory of image build steps that start from now on (a step that needs more is killed: exit code 137);
   * undefined lifts the limit. A reboot keeps it.
   * @throws Error when a step that is larger already runs (`EBUSY`, cgroup v1).
   */
  limitBuildMemory(limitBytes: number | undefined): void {
    limitMemory(findCgroups(), `${this.#cgroup}/docker/buildkit`, limitBytes);
    const { buildMemoryBytes: _, ...record } = this.#record;
    this.#keep(limitBytes === undefined ? record : { ...record, buildMemoryBytes: limitBytes });
  }

  /** Runs a command on the host without its network or SSH server, as from a provider's console. Throws on non-zero exit. */
  async console(argv: readonly string[]): Promise<string> {
    const cgroups = findCgroups();
    // On cgroup v2 the host's own group holds groups only.
    const group = cgroups.version === 2 ? `${this.#cgroup}/init` : this.#cgroup;
    const files = cgroups.hierarchies.map(({ folder }) => join(folder, group, 'cgroup.procs'));
    const enter = ['nsenter', '--target', String(this.#record.pid), '--all', '--wd=/', ...argv];
    const script = `${files.map((file) => `echo 0 >${shellQuote(file)}`).join(' && ')} && exec "$@"`;
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
    return await run('bash', ['-c', script, 'console', ...enter], { env });
  }

  /** Starts the host and waits until its SSH server and its engine answer. */
  async start(base: HostBase): Promise<void> {
    const cgroups = findCgroups();
    const [parent = '', child = ''] = this.#cgroup.split('/');
    const cgroupFolders = createCgroup(cgroups, parent, child);
    limitMemory(cgroups, this.#cgroup, this.#record.memoryBytes);
    plugIn(this.#slot, this.name, this.#record.index);
    this.#prepareDisk(base);

    const log = openSync(join(this.folder, 'boot.log'), 'w');
    const launcher = spawn('bash', [join(import.meta.dirname, 'launch-host.sh')], {
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
        OCVM_NETNS: hostNetns(this.#slot, this.name),
        OCVM_CGROUPS: cgroupFolders.join(' '),
        OCVM_CGROUP_CONTROLLERS: cgroups.hierarchies.map(({ controllers }) => controllers).join(' '),
        OCVM_HOSTNAME: this.name,
        OCVM_ADDRESS: this.address,
        OCVM_MACHINE_ADDRESS: machineAddress(this.#slot),
        OCVM_MEMORY_BYTES: String(this.#record.memoryBytes),
        OCVM_ROOTFS: base.rootfs,
        OCVM_FOLDER: this.folder,
        OCVM_IMAGE_LAYERS: base.imageSet === undefined ? '/nonexistent' : join(base.imageSet, 'layers'),
        OCVM_CA: base.certificateAuthority,
      },
    });
    launcher.unref();
    const pid = await waitFor(`the first process of ${this.name}`, () => firstProcessBelow(launcher.pid)).catch(
      (error: Error) => this.#fail(error),
    );
    this.#keep({ ...this.#record, pid, pidStartTime: startTimeOf(pid) ?? '' });
    if (this.#record.buildMemoryBytes !== undefined) this.limitBuildMemory(this.#record.buildMemoryBytes);
    try {
      await Promise.all([this.#waitForSshd(), this.#waitForEngine()]);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Stops the host as a power cut does and deletes its disk. */
  destroy(): void {
    this.#stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The host's folder on this machine: its disk and its boot log. */
  get folder(): string {
    return join(this.#slotFolder, this.name);
  }

  get #cgroup(): string {
    return `${cgroupOfSlot(this.#slot)}/${this.name}`;
  }

  #stop(): void {
    removeCgroup(findCgroups(), this.#cgroup);
    unplug(this.#slot, this.name, this.#record.index);
  }

  #prepareDisk(base: HostBase): void {
    for (const part of ['upper', 'work', 'root']) mkdirSync(join(this.folder, part), { recursive: true });
    cpSync(`${this.keyFile}.pub`, join(this.folder, 'authorized_keys'));
    const docker = join(this.folder, 'docker');
    if (existsSync(docker)) return;
    if (base.imageSet === undefined) mkdirSync(docker, { mode: 0o710 });
    else runSync('cp', ['--archive', join(base.imageSet, 'docker'), docker]);
  }

  async #waitForSshd(): Promise<void> {
    await waitFor(`the SSH server of ${this.name} (${this.address})`, () => this.#whileUp(hasSshBanner(this.address)));
  }

  async #waitForEngine(): Promise<void> {
    const socket = this.engineSocketFile;
    await waitFor(`the Docker engine of ${this.name}`, () => this.#whileUp(isEngineAnswering(socket)), 60_000);
  }

  async #whileUp<T>(answer: Promise<T>): Promise<T> {
    if (!this.isUp) throw new Error(`The first process of ${this.name} has ended.`);
    return await answer;
  }

  #keep(record: HostRecord): void {
    this.#record = record;
    this.#onChange(record);
  }

  #fail(error: Error): never {
    const logs = ['boot.log', 'upper/var/log/containerd.log', 'upper/var/log/dockerd.log'].map((file) => {
      const path = join(this.folder, file);
      return existsSync(path) ? `--- ${file}\n${readFileSync(path, 'utf8').split('\n').slice(-12).join('\n')}` : '';
    });
    throw new Error(`${error.message}\n${logs.filter(Boolean).join('\n')}`, { cause: error });
  }
}

/** The child of the launcher that is pid 1 in its own namespace, once there is one. */
function firstProcessBelow(launcherPid: number | undefined): number | undefined {
  try {
    const pids = readFileSync(`/proc/${launcherPid}/task/${launcherPid}/children`, 'utf8').split(' ').filter(Boolean);
    return pids.map(Number).find((pid) => /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  } catch {
    return undefined;
  }
}

async function hasSshBanner(address: string): Promise<true | undefined> {
  return await new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const end = (result: true | undefined): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('data', (chunk) => end(chunk.toString('latin1').startsWith('SSH-') ? true : undefined));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end(undefined));
  });
}

async function isEngineAnswering(socketPath: string): Promise<true | undefined> {
  return await new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? true : undefined);
    });
    ping.once('error', () => resolve(undefined));
    ping.once('timeout', () => ping.destroy());
    ping.end();
  });
}

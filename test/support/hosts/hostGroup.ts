import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSwitch, hasSwitch, hostAddress, machineAddress } from './network.ts';
import { run } from './run.ts';
import { clearSlot, type HostRecord, openSlot, type Slot, type SlotRecord, takeSlot, writeSlot } from './slots.ts';
import { type HostBase, TestHost } from './testHost.ts';

const defaultMemoryBytes = 3 * 1024 ** 3;

/** The hosts of one run on one switch, and the guarantee that they go when the run does. */
export class HostGroup {
  readonly #slot: Slot;
  readonly #hosts = new Map<string, TestHost>();
  #record: SlotRecord;
  #isCleared = false;

  private constructor(slot: Slot) {
    this.#slot = slot;
    this.#record = slot.record;
    for (const record of Object.values(this.#record.hosts)) this.#hosts.set(record.name, this.#createHost(record));
  }

  /** A group of this process: taken down at the latest when the process ends. */
  static async create(runsFolder: string): Promise<HostGroup> {
    const group = new HostGroup(await takeSlot('process', runsFolder));
    await group.#prepare();
    downAtExit.add(group);
    installExitHandlers();
    return group;
  }

  /** A group that outlives this process, for the command line. */
  static async createLasting(runsFolder: string, slot?: number): Promise<HostGroup> {
    const group = new HostGroup(await takeSlot('command line', runsFolder, slot));
    await group.#prepare();
    return group;
  }

  /** The lasting group of a slot; undefined when there is none. */
  static async open(slot: number): Promise<HostGroup | undefined> {
    const opened = await openSlot(slot);
    return opened && new HostGroup(opened);
  }

  get slot(): number {
    return this.#record.number;
  }

  /** This machine's address as the hosts see it. */
  get machineAddress(): string {
    return machineAddress(this.slot);
  }

  get folder(): string {
    return this.#record.folder;
  }

  get hosts(): readonly TestHost[] {
    return [...this.#hosts.values()];
  }

  /** @throws Error when the group has no host of that name. */
  get(name: string): TestHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`No test host "${name}" is up. Up: ${[...this.#hosts.keys()].join(', ')}`);
    return host;
  }

  /** Raises hosts, all at the same time. `vm1` … `vm9` have the addresses .11 … .19. */
  async up(names: readonly string[], base: HostBase, memoryBytes = defaultMemoryBytes): Promise<void> {
    if (base.imageSet !== undefined) this.#keep({ ...this.#record, imageSet: base.imageSet });
    const added = names.filter((name) => !this.#hosts.has(name));
    for (const name of added) {
      if (!/^[a-z][a-z0-9-]{0,31}$/.test(name) || name === 'switch') {
        throw new Error(`A test host's name is lower-case letters, digits and "-": "${name}" is not.`);
      }
      const record = { name, index: this.#freeIndex(name), memoryBytes, pid: 0, pidStartTime: '' };
      this.#keepHost(record);
      this.#hosts.set(name, this.#createHost(record));
    }
    this.#writeSshConfig();
    const results = await Promise.allSettled(added.map((name) => this.get(name).start(base)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Takes hosts down and deletes their disks. */
  remove(names: readonly string[]): void {
    for (const name of names) {
      this.get(name).destroy();
      rmSync(join(this.folder, `known_hosts_${name}`), { force: true });
      this.#hosts.delete(name);
      const { [name]: _, ...hosts } = this.#record.hosts;
      this.#keep({ ...this.#record, hosts });
    }
    this.#writeSshConfig();
  }

  /** Takes everything down; nothing of the group is left on this machine. */
  async down(): Promise<void> {
    this.clear();
    await this.#slot.lock.release();
  }

  /** The blocking part of `down`, for the last moments of a process. */
  clear(): void {
    if (this.#isCleared) return;
    clearSlot(this.slot, this.folder);
    this.#isCleared = true;
    downAtExit.delete(this);
  }

  /** Leaves the hosts up for the next command (lasting groups only). */
  async close(): Promise<void> {
    await this.#slot.lock.release();
  }

  async #prepare(): Promise<void> {
    if (!hasSwitch(this.slot)) createSwitch(this.slot);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const key = join(this.folder, 'id_ed25519');
    if (!existsSync(key)) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test-hosts', '-f', key]);
    this.#writeSshConfig();
  }

  #createHost(record: HostRecord): TestHost {
    return new TestHost(this.slot, this.folder, record, (changed) => this.#keepHost(changed));
  }

  #keepHost(record: HostRecord): void {
    this.#keep({ ...this.#record, hosts: { ...this.#record.hosts, [record.name]: record } });
  }

  #keep(record: SlotRecord): void {
    this.#record = record;
    writeSlot(record);
  }

  #freeIndex(name: string): number {
    const taken = new Set(Object.values(this.#record.hosts).map(({ index }) => index));
    const wanted = Number(/^vm([1-9])$/.exec(name)?.[1] ?? Number.NaN);
    if (wanted > 0 && !taken.has(wanted)) return wanted;
    for (let index = 10; index < 200; index++) if (!taken.has(index)) return index;
    throw new Error('No address is left on the switch of the test hosts.');
  }

  #writeSshConfig(): void {
    const entries = Object.values(this.#record.hosts).map(({ name, index }) =>
      [
        `Host ${name}`,
        `  HostName ${hostAddress(this.slot, index)}`,
        '  User root',
        `  IdentityFile ${join(this.folder, 'id_ed25519')}`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile ${join(this.folder, `known_hosts_${name}`)}`,
        // Only the suites' own tool calls go through this file, to hosts made a second ago.
        '  StrictHostKeyChecking accept-new',
        '  LogLevel ERROR',
        '  ConnectTimeout 10',
        '',
      ].join('\n'),
    );
    writeFileSync(join(this.folder, 'ssh_config'), entries.join('\n'), { mode: 0o600 });
  }
}

const downAtExit = new Set<HostGroup>();
let areExitHandlersInstalled = false;

function installExitHandlers(): void {
  if (areExitHandlersInstalled) return;
  areExitHandlersInstalled = true;
  process.on('exit', () => {
    for (const group of [...downAtExit]) group.clear();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // `exit` handlers do the work; the code is the shell's for a signal.
      process.exit(signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 129);
    });
  }
}

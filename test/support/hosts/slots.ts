import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCgroups, removeCgroup } from './cgroups.ts';
import { type FileLock, lockFile } from './fileLock.ts';
import { hostNetns, removeNetwork, slotsWithNetwork, waitForNetworkGone } from './network.ts';

/** What is written down about a test host, enough to use it or clear it away from any process. */
export type HostRecord = {
  readonly name: string;
  readonly index: number;
  readonly memoryBytes: number;
  /** Pid 1 of the host as this machine sees it, and its start time (field 22 of /proc/PID/stat: pids are used again). */
  readonly pid: number;
  readonly pidStartTime: string;
  readonly buildMemoryBytes?: number;
};

/**
 * A run's share of this machine: the network 10.77.SLOT.0/24 and the names that start with `ocvm-SLOT-`.
 *
 * A run of a process is alive as long as the process; hosts raised by the command line as long as they themselves.
 */
export type SlotRecord = {
  readonly number: number;
  readonly owner: { readonly kind: 'process' | 'command line'; readonly pid: number; readonly command: string };
  readonly since: string;
  /** Folder of this run: keys, ssh config, the hosts' disks. */
  readonly folder: string;
  /** The image set that the hosts' engines share, while any host of the slot is up. */
  readonly imageSet?: string;
  readonly hosts: Readonly<Record<string, HostRecord>>;
};

export type Slot = { readonly record: SlotRecord; readonly lock: FileLock };

const registryFolder = '/run/ocvm';
const slotCount = 32;

export const cgroupOfSlot = (slot: number): string => `ocvm-${slot}`;

/**
 * Takes a free slot (clearing what dead runs left), or the one asked for.
 * @throws Error naming the owner when the slot asked for is another's, or all are.
 */
export async function takeSlot(kind: SlotRecord['owner']['kind'], runsFolder: string, asked?: number): Promise<Slot> {
  const registry = await lockRegistry();
  try {
    await clearDeadSlots(runsFolder);
    const all = asked === undefined ? Array.from({ length: slotCount }, (_, number) => number) : [asked];
    for (const number of all) {
      if (readSlot(number) !== undefined) continue;
      const lock = await lockFile(lockPath(number), { wait: false });
      if (lock === undefined) continue;
      const folder = join(runsFolder, `slot-${number}`);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const record: SlotRecord = {
        number,
        owner: { kind, pid: process.pid, command: process.argv.slice(1).join(' ') },
        since: new Date().toISOString(),
        folder,
        hosts: {},
      };
      writeSlot(record);
      return { record, lock };
    }
    const owners = all.map(readSlot).map((slot) => slot && describeOwner(slot));
    throw new Error(`No test slot is free. In use: ${owners.filter(Boolean).join('; ')}`);
  } finally {
    await registry.release();
  }
}

/** Opens the slot of hosts that the command line raised earlier; undefined when there is none. */
export async function openSlot(number: number): Promise<Slot | undefined> {
  const record = readSlot(number);
  if (record?.owner.kind !== 'command line') return undefined;
  // Another command on the same hosts lasts seconds: wait for it.
  const lock = await lockFile(lockPath(number), { wait: true });
  const fresh = readSlot(number);
  if (lock === undefined || fresh === undefined) {
    await lock?.release();
    return undefined;
  }
  return { record: fresh, lock };
}

/** Clears every slot whose run is dead, and disks that no run knows. Gives the numbers of the cleared slots. */
export async function clearDeadRuns(runsFolder: string): Promise<number[]> {
  const registry = await lockRegistry();
  try {
    return await clearDeadSlots(runsFolder);
  } finally {
    await registry.release();
  }
}

/** Takes everything of the slot away: processes, mounts (they end with them), cgroups, network, disks, the record. */
export function clearSlot(number: number, folder: string | undefined): void {
  removeCgroup(findCgroups(), cgroupOfSlot(number));
  removeNetwork(number);
  waitForNetworkGone(number);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  rmSync(recordPath(number), { force: true });
}

export function writeSlot(record: SlotRecord): void {
  mkdirSync(registryFolder, { recursive: true });
  const path = recordPath(record.number);
  writeFileSync(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export function readSlot(number: number): SlotRecord | undefined {
  return existsSync(recordPath(number)) ? JSON.parse(readFileSync(recordPath(number), 'utf8')) : undefined;
}

export function readSlots(): SlotRecord[] {
  if (!existsSync(registryFolder)) return [];
  return readdirSync(registryFolder)
    .map((file) => /^slot-(\d+)\.json$/.exec(file)?.[1])
    .filter((number) => number !== undefined)
    .map((number) => readSlot(Number(number)))
    .filter((slot) => slot !== undefined);
}

export function isHostAlive(slot: number, host: HostRecord): boolean {
  return startTimeOf(host.pid) === host.pidStartTime && existsSync(`/run/netns/${hostNetns(slot, host.name)}`);
}

/** @returns undefined when there is no such process. */
export function startTimeOf(pid: number): string | undefined {
  try {
    // The command name (field 2) may hold spaces and brackets.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}

export function describeOwner(slot: SlotRecord): string {
  const hosts = Object.keys(slot.hosts).join(', ') || 'no hosts';
  return `slot ${slot.number} (${hosts}), ${slot.owner.kind} ${slot.owner.pid} since ${slot.since}: ${slot.owner.command}`;
}

const recordPath = (number: number): string => join(registryFolder, `slot-${number}.json`);
const lockPath = (number: number): string => join(registryFolder, `slot-${number}.lock`);

async function lockRegistry(): Promise<FileLock> {
  const lock = await lockFile(join(registryFolder, 'registry.lock'), { wait: true });
  if (lock === undefined) throw new Error(`The lock ${join(registryFolder, 'registry.lock')} cannot be taken.`);
  return lock;
}

/** Needs the registry lock. */
async function clearDeadSlots(runsFolder: string): Promise<number[]> {
  const cleared: number[] = [];
  const known = [...readSlots().map(({ number }) => number), ...slotsWithNetwork(), ...slotsWithCgroup()];
  for (const number of new Set(known)) {
    const lock = await lockFile(lockPath(number), { wait: false });
    if (lock === undefined) continue;
    const slot = readSlot(number);
    const isAlive =
      slot?.owner.kind === 'command line' && Object.values(slot.hosts).some((host) => isHostAlive(number, host));
    if (!isAlive) {
      clearSlot(number, slot?.folder);
      cleared.push(number);
    }
    await lock.release();
  }
  // After a reboot of this machine nothing but disks is left, and no record of them.
  const folders = new Set(readSlots().map(({ folder }) => folder));
  for (const entry of existsSync(runsFolder) ? readdirSync(runsFolder) : []) {
    if (!folders.has(join(runsFolder, entry))) rmSync(join(runsFolder, entry), { recursive: true, force: true });
  }
  return cleared;
}

function slotsWithCgroup(): number[] {
  const names = findCgroups().hierarchies.flatMap(({ folder }) => readdirSync(folder));
  return names.flatMap((name) => /^ocvm-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
}

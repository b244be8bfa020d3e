import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { runSync, sleepSync } from './run.ts';

/**
 * The network of one slot: a switch in a network namespace of its own (so that this machine's firewall cannot drop what
 * hosts say to each other), one cable to this machine and one to each host. All names start with `ocvm`.
 */
export const machineAddress = (slot: number): string => `10.77.${slot}.1`;

export const hostAddress = (slot: number, index: number): string => `10.77.${slot}.${10 + index}`;

export const hostNetns = (slot: number, name: string): string => `${netnsPrefix(slot)}${name}`;

/** Makes the slot's switch and this machine's address on it. */
export function createSwitch(slot: number): void {
  const netns = switchNetns(slot);
  runSync('ip', ['netns', 'add', netns]);
  runSync('ip', ['-n', netns, 'link', 'add', 'switch', 'type', 'bridge']);
  runSync('ip', ['-n', netns, 'link', 'set', 'switch', 'up']);
  runSync('ip', ['link', 'add', machineLink(slot), 'type', 'veth', 'peer', 'name', 'machine', 'netns', netns]);
  runSync('ip', ['addr', 'add', `${machineAddress(slot)}/24`, 'dev', machineLink(slot)]);
  runSync('ip', ['link', 'set', machineLink(slot), 'up']);
  runSync('ip', ['-n', netns, 'link', 'set', 'machine', 'master', 'switch', 'up']);
}

/** Makes a host's network namespace and its cable to the switch. */
export function plugIn(slot: number, name: string, index: number): void {
  const netns = hostNetns(slot, name);
  // A fixed hardware address: else this machine's stale neighbour entry hides a rebooted host for up to a minute.
  const hardwareAddress = `02:00:0a:4d:${hex(slot)}:${hex(10 + index)}`;
  const peer = ['peer', 'name', 'eth0', 'address', hardwareAddress, 'netns', netns];
  runSync('ip', ['netns', 'add', netns]);
  runSync('ip', ['link', 'add', port(index), 'netns', switchNetns(slot), 'type', 'veth', ...peer]);
  runSync('ip', ['-n', switchNetns(slot), 'link', 'set', port(index), 'master', 'switch', 'up']);
  runSync('ip', ['-n', netns, 'link', 'set', 'lo', 'up']);
  runSync('ip', ['-n', netns, 'addr', 'add', `${hostAddress(slot, index)}/24`, 'dev', 'eth0']);
  runSync('ip', ['-n', netns, 'link', 'set', 'eth0', 'up']);
  runSync('ip', ['-n', netns, 'route', 'add', 'default', 'via', machineAddress(slot)]);
}

/** Takes the host's network namespace and cable away. */
export function unplug(slot: number, name: string, index: number): void {
  removeNetns(hostNetns(slot, name));
  // The cable goes with its end in the namespace, but only when the kernel gets round to it.
  if (netnsNames().includes(switchNetns(slot))) tryIp(['-n', switchNetns(slot), 'link', 'del', port(index)]);
}

/** Pulls the host's cable or puts it back: packets vanish, nothing is refused. */
export function setCable(slot: number, index: number, state: 'up' | 'down'): void {
  runSync('ip', ['-n', switchNetns(slot), 'link', 'set', port(index), state]);
}

/** Takes everything of the slot away, whatever is left of it. */
export function removeNetwork(slot: number): void {
  for (const name of netnsNames().filter((netns) => netns.startsWith(netnsPrefix(slot)))) removeNetns(name);
  tryIp(['link', 'del', machineLink(slot)]);
}

/** Names of this project's network namespaces and links on this machine, of every slot or of one. */
export function networkRemains(slot?: number): string[] {
  const ofSlot = (name: string): boolean =>
    slot === undefined ? /^ocvm-?\d/.test(name) : name.startsWith(netnsPrefix(slot)) || name === machineLink(slot);
  return [...netnsNames(), ...readdirSync('/sys/class/net')].filter(ofSlot);
}

/** Slots of which a network namespace exists. */
export function slotsWithNetwork(): number[] {
  return networkRemains().map((name) => Number(/^ocvm-?(\d+)/.exec(name)?.[1]));
}

const netnsPrefix = (slot: number): string => `ocvm-${slot}-`;
const switchNetns = (slot: number): string => `${netnsPrefix(slot)}switch`;
const machineLink = (slot: number): string => `ocvm${slot}`;
const port = (index: number): string => `port${index}`;
const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

function netnsNames(): string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns') : [];
}

function removeNetns(name: string): void {
  if (!netnsNames().includes(name)) return;
  // A process that still stands in the namespace would keep it, and the links in it, alive.
  for (const pid of runSync('ip', ['netns', 'pids', name]).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  runSync('ip', ['netns', 'del', name]);
}

function tryIp(args: readonly string[]): void {
  try {
    runSync('ip', args);
  } catch {
    // It was gone already, which is what is wanted. Whatever stays, `networkRemains` shows.
  }
}

/** Waits until the kernel, which takes links away a little later, has done so. */
export function waitForNetworkGone(slot: number): void {
  for (let round = 0; round < 200 && networkRemains(slot).length > 0; round++) sleepSync(10);
  const left = networkRemains(slot);
  if (left.length > 0) throw new Error(`The network of test slot ${slot} is still there: ${left.join(', ')}`);
}

/** True while this machine's end of the slot's cable is up. */
export function hasSwitch(slot: number): boolean {
  try {
    return readFileSync(`/sys/class/net/${machineLink(slot)}/operstate`, 'utf8').trim() !== '';
  } catch {
    return false;
  }
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCgroups } from './cgroups.ts';
import { networkRemains } from './network.ts';
import { cgroupOfSlot } from './slots.ts';

/** Everything of a slot that is on this machine: namespaces, links, cgroups, processes and mounts, disks. Empty after `down`. */
export function remainsOfSlot(slot: number, folder: string): string[] {
  const cgroups = findCgroups().hierarchies.map((hierarchy) => join(hierarchy.folder, cgroupOfSlot(slot)));
  return [
    ...networkRemains(slot).map((name) => `network ${name}`),
    ...cgroups.filter(existsSync).map((path) => `cgroup ${path}`),
    // A process of a host sees the host's disk among its mounts; so would we, had a mount leaked.
    ...readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && mountsOf(entry).includes(`${folder}/`))
      .map((pid) => `process ${pid} with mounts of ${folder}`),
    ...(existsSync(folder) ? [`folder ${folder}`] : []),
  ];
}

function mountsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, 'utf8');
  } catch {
    // It ended while we looked.
    return '';
  }
}

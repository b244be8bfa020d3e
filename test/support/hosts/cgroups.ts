import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleepSync } from './run.ts';

/** One cgroup tree of this machine: a v1 controller (or several mounted together), or the v2 tree. */
export type CgroupHierarchy = { readonly controllers: string; readonly folder: string };

export type Cgroups = { readonly version: 1 | 2; readonly hierarchies: readonly CgroupHierarchy[] };

/** The hierarchies that containers need, from this process's mount table (proc(5), cgroups(7)). */
export function findCgroups(mountInfo = readFileSync('/proc/self/mountinfo', 'utf8')): Cgroups {
  const hierarchies: CgroupHierarchy[] = [];
  let unified: string | undefined;
  for (const line of mountInfo.split('\n')) {
    const [before, after] = line.split(' - ');
    const folder = before?.split(' ')[4];
    const [type, , superOptions] = after?.split(' ') ?? [];
    if (folder === undefined) continue;
    if (type === 'cgroup2') unified = folder;
    // Named hierarchies too (`name=systemd`): without them containerd finds no statistics of any container.
    const options = (superOptions ?? '').split(',');
    const controllers = options.filter((option) => v1Controllers.has(option) || option.startsWith('name='));
    if (type === 'cgroup' && controllers.length > 0) hierarchies.push({ controllers: controllers.join(','), folder });
  }
  // A "hybrid" machine mounts both; the controllers are then with v1.
  if (hierarchies.some(({ controllers }) => controllers.includes('memory'))) return { version: 1, hierarchies };
  if (unified === undefined) throw new Error('Test hosts need cgroups, and this machine has none mounted.');
  return { version: 2, hierarchies: [{ controllers: 'v2', folder: unified }] };
}

/** Makes the group `group/child` in every hierarchy and gives the folders. */
export function createCgroup(cgroups: Cgroups, group: string, child: string): string[] {
  return cgroups.hierarchies.map(({ controllers, folder }) => {
    const path = join(folder, group, child);
    mkdirSync(path, { recursive: true });
    if (cgroups.version === 2) for (const parent of [folder, join(folder, group)]) passControllersOn(parent);
    else if (controllers.includes('cpuset')) fillCpuset(folder, [group, join(group, child)]);
    return path;
  });
}

/** Limits the memory of the group `path` (below the hierarchy); undefined lifts the limit. */
export function limitMemory(cgroups: Cgroups, path: string, limitBytes: number | undefined): void {
  const memory = cgroups.hierarchies.find(({ controllers }) => controllers === 'v2' || controllers.includes('memory'));
  if (memory === undefined) throw new Error('This machine has no memory controller: the host would have no limit.');
  const folder = join(memory.folder, path);
  mkdirSync(folder, { recursive: true });
  if (cgroups.version === 2) {
    const names = path.split('/');
    for (const depth of names.keys()) passControllersOn(join(memory.folder, ...names.slice(0, depth)));
    writeFileSync(join(folder, 'memory.max'), String(limitBytes ?? 'max'));
    if (existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0');
  } else {
    writeFileSync(join(folder, 'memory.limit_in_bytes'), String(limitBytes ?? -1));
  }
}

/** Kills every process below `path` (for good: with SIGKILL, until none is left) and removes the groups. */
export function removeCgroup(cgroups: Cgroups, path: string): void {
  for (const { folder } of cgroups.hierarchies) {
    const top = join(folder, path);
    const deadline = Date.now() + 20_000;
    while (existsSync(top)) {
      const pids = treeOf(top).flatMap(pidsIn);
      for (const pid of pids) if (pid > 1) killIfThere(pid);
      if (pids.length === 0 && removeTree(top)) break;
      if (Date.now() > deadline) throw new Error(`The cgroup ${top} still has processes: ${pids.join(', ')}`);
      sleepSync(10);
    }
  }
}

const v1Controllers = new Set(['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids']);

function passControllersOn(folder: string): void {
  for (const controller of readFileSync(join(folder, 'cgroup.controllers'), 'utf8').split(/\s+/).filter(Boolean)) {
    try {
      writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`);
    } catch {
      // Some controllers cannot be passed on everywhere; a missing memory controller shows when the limit is set.
    }
  }
}

/** A new cpuset group is empty, and nothing can run in it before it has processors and memory nodes. */
function fillCpuset(hierarchy: string, groups: readonly string[]): void {
  for (const group of groups) {
    const parent = join(hierarchy, group, '..');
    writeFileSync(join(hierarchy, group, 'cgroup.clone_children'), '1');
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const own = join(hierarchy, group, file);
      if (readFileSync(own, 'utf8').trim() === '') writeFileSync(own, readFileSync(join(parent, file), 'utf8').trim());
    }
  }
}

/** `folder` and all groups below it, deepest first. */
function treeOf(folder: string): string[] {
  try {
    const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...children.flatMap((entry) => treeOf(join(folder, entry.name))), folder];
  } catch {
    return [];
  }
}

function pidsIn(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function removeTree(folder: string): boolean {
  try {
    for (const group of treeOf(folder)) rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

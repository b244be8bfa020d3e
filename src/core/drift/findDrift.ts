import { isWithin } from '../gateway/gatewayPaths.ts';

/** One entry of `docker diff`: what differs in a container's own layer from its image. Paths are absolute. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'deleted';
}

/** Something that was put into a container after it was made, and is lost when it is recreated. */
export interface DriftItem {
  /** State is what a gateway or a skill writes for later; a package is what a package manager knows; a program can be run by name. */
  readonly what: 'state' | 'program' | 'package' | 'file';
  readonly kind: FileChange['kind'];
  /** Of the file, of the folder with all below it, or of the package's files. */
  readonly path: string;
  /** The program's or the package's name with its version as far as it shows; otherwise the path. */
  readonly label: string;
  /** Of a package, such as `apt`. */
  readonly manager?: string;
  /** Files and folders that it stands for. */
  readonly fileCount: number;
}

/**
 * What somebody would miss, most important first. Left out: what mounts keep, what a container writes by itself (caches, logs, process
 * files), and folders that only hold what is told anyway.
 *
 * @param changes in any order, as the engine lists them (`GET /containers/{id}/changes`).
 * @param mountTargets paths in the container that mounts cover.
 */
export function findDrift(changes: readonly FileChange[], mountTargets: readonly string[]): readonly DriftItem[] {
  const isKept = (path: string): boolean => mountTargets.some((target) => isWithin(path, target));
  const parents = new Set(changes.map(({ path }) => parentOf(path)));
  const told = changes.filter(({ path }) => !isKept(path));
  const packages = told.flatMap((change) => packageOf(change) ?? []);
  const hasAptPackages = packages.some(({ manager }) => manager === 'apt');
  const rest: FileChange[] = [];
  const programs: DriftItem[] = [];
  for (const change of told) {
    if (isOwnBusiness(change.path) || (hasAptPackages && isOfAptPackages(change.path))) continue;
    // A folder in which something else was changed; one that holds only a mount was made for it.
    if (change.kind === 'changed' && parents.has(change.path)) continue;
    // Podman tells the folders into which it puts its own files and mounts, without those.
    if (change.kind === 'changed' && holdsOwnBusiness(change.path, mountTargets)) continue;
    if (change.kind === 'added' && mountTargets.some((target) => isWithin(target, change.path))) continue;
    if (isProgram(change, parents))
      programs.push({ ...change, what: 'program', label: nameOf(change.path), fileCount: 1 });
    else if (!insidePackages.test(`${change.path}/`)) rest.push(change);
  }
  return [...collapse(rest), ...programs, ...packages].sort(
    (a, b) => order.indexOf(a.what) - order.indexOf(b.what) || (a.label < b.label ? -1 : 1),
  );
}

const order: readonly DriftItem['what'][] = ['state', 'program', 'package', 'file'];

/** Of packages the managers' own lists tell: dpkg's file lists, Python's `.dist-info` folders, the folders in `node_modules`. */
function packageOf({ path, kind }: FileChange): DriftItem | undefined {
  if (kind !== 'added') return undefined;
  const item = (manager: string, label: string): DriftItem => ({
    what: 'package',
    kind,
    path,
    label,
    manager,
    fileCount: 1,
  });
  const apt = /^\/var\/lib\/dpkg\/info\/([^/:]+)(?::[^/]+)?\.list$/.exec(path);
  if (apt?.[1] !== undefined) return item('apt', apt[1]);
  const python = /\/(?:site|dist)-packages\/([^/]+?)-([^/-]+)\.(?:dist|egg)-info$/.exec(path);
  if (python !== null) return item('pip', `${python[1]} ${python[2]}`);
  const npm = /^((?:(?!\/node_modules\/).)*)\/node_modules\/((?:@[^/]+\/)?[^@/.][^/]*)$/.exec(path);
  if (npm?.[2] !== undefined) return item('npm', npm[2]);
  return undefined;
}

/** In the folders that packages are in, the packages tell everything. */
const insidePackages = /\/(?:node_modules|site-packages|dist-packages)\//;

function isProgram({ path, kind }: FileChange, parents: ReadonlySet<string>): boolean {
  return kind !== 'deleted' && /\/s?bin\/[^/]+$/.test(path) && !insidePackages.test(path) && !parents.has(path);
}

/** What every container writes, and nobody misses. */
function isOwnBusiness(path: string): boolean {
  return (
    ownBusiness.some((folder) => isWithin(path, folder)) ||
    /\/(?:\.cache|\.npm|__pycache__|\.local\/state|\.\w+_history|\.lesshst|\.viminfo)(?:\/|$)/.test(path)
  );
}

function holdsOwnBusiness(path: string, mountTargets: readonly string[]): boolean {
  return [...ownBusiness, ...mountTargets].some((inside) => isWithin(inside, path));
}

const ownBusiness = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/var/run',
  '/tmp',
  '/var/tmp',
  '/var/cache',
  '/var/log',
  '/var/lib/apt',
  '/var/lib/dpkg',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/etc/mtab',
  '/etc/ld.so.cache',
  '/lib/apk/db',
  '/etc/apk/world',
];

function isOfAptPackages(path: string): boolean {
  return aptFolders.some((folder) => isWithin(path, folder));
}

const aptFolders = [
  '/usr/lib',
  '/usr/share',
  '/usr/include',
  '/usr/libexec',
  '/lib',
  '/lib64',
  '/etc/alternatives',
  '/usr/local/share/man',
  '/var/lib',
];

/** Of a folder that is new as a whole only the folder is told. */
function collapse(changes: readonly FileChange[]): readonly DriftItem[] {
  const added = new Set(changes.filter(({ kind }) => kind === 'added').map(({ path }) => path));
  const counts = new Map<string, number>();
  const topOf = (path: string): string => {
    let top = path;
    for (let parent = parentOf(path); added.has(parent); parent = parentOf(parent)) top = parent;
    return top;
  };
  for (const { path, kind } of changes) {
    const top = kind === 'added' ? topOf(path) : path;
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  const kinds = new Map(changes.map(({ path, kind }) => [path, kind]));
  return [...counts].map(([path, fileCount]) => ({
    what: isState(path) ? 'state' : 'file',
    kind: kinds.get(path) ?? 'changed',
    path,
    label: path,
    fileCount,
  }));
}

/** Folders of the gateway, and those in which the tools that skills call keep their logins. */
function isState(path: string): boolean {
  return /\/(?:\.openclaw|\.clawdbot|\.moltbot|clawd|\.config|\.wacli|\.local\/share)(?:\/|$)/.test(path);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

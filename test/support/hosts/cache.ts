import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lockFile } from './fileLock.ts';
import { run } from './run.ts';

/** Everything that is built once and shared by all runs of this clone; `OPENCLAW_VM_HOSTS_CACHE` puts it elsewhere. */
export const cacheFolder = resolve(
  process.env['OPENCLAW_VM_HOSTS_CACHE'] ?? join(import.meta.dirname, '../../../.vscode-test/hosts'),
);

/** Folders of the runs: keys and disks. Not on a tmpfs or an overlay, where the engine's layers could not lie. */
export const runsFolder = join(cacheFolder, 'runs');

/**
 * The folder `NAME-HASH` of the cache, built if it is not there.
 *
 * The build gets a folder that does not exist yet; it takes its final name only when the build has succeeded. Older
 * versions of the same name go, unless `isInUse` says otherwise.
 */
export async function cached(
  name: string,
  recipe: readonly string[],
  build: (folder: string) => Promise<void>,
  isInUse: (folder: string) => boolean = () => false,
): Promise<string> {
  const folder = join(cacheFolder, `${name}-${hashOf(recipe)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const lock = await lockFile(join(cacheFolder, `${name}.lock`), { wait: true });
  try {
    // Another run may have built it while we waited.
    if (existsSync(folder)) return folder;
    const started = Date.now();
    process.stderr.write(`Test hosts: building ${name} (once) …\n`);
    const building = `${folder}.building`;
    rmSync(building, { recursive: true, force: true });
    await build(building);
    renameSync(building, folder);
    process.stderr.write(`Test hosts: built ${name} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
    for (const entry of readdirSync(cacheFolder)) {
      const path = join(cacheFolder, entry);
      const isVersionOfIt = new RegExp(`^${name}-[0-9a-f]{12}(\\.building)?$`).test(entry);
      if (isVersionOfIt && path !== folder && !isInUse(path)) rmSync(path, { recursive: true, force: true });
    }
    return folder;
  } finally {
    await lock?.release();
  }
}

export function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** The text of a file beside this one, as part of a recipe. */
export function recipeText(...files: readonly string[]): string {
  return files.map((file) => readFileSync(resolve(import.meta.dirname, file), 'utf8')).join('\0');
}

/** Address of the Debian mirror that this machine's apt is set up with. @throws Error on a machine that is not Debian. */
export async function debianMirror(): Promise<string> {
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const format = '$(RELEASE) $(COMPONENT) $(REPO_URI)';
  const targets = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const main = targets.split('\n').find((line) => line.startsWith(`${codename} main `));
  const mirror = main?.split(' ')[2];
  if (mirror === undefined)
    throw new Error('Test hosts are made of Debian packages, and apt here has no Debian source.');
  return mirror;
}

import type { Dirent, Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isComposePath, isProjectFile } from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { referencedPaths } from '../../core/workspace/referencedPaths.ts';

/** What a path of the command line names, with its neighbours. Texts have `/` in their paths on every system. */
export interface ReadProject {
  readonly ok: true;
  readonly project: ProjectFiles;
  /** The file that was named, where it was a file. */
  readonly only: string | undefined;
  readonly displayPath: (path: string) => string;
  /** Files that were left out, and why: ready to print. */
  readonly notes: readonly string[];
}

/** Reads a folder or file of this machine. Never rejects: what cannot be read is a note, or the reason. */
export async function readProject(
  path: string,
): Promise<ReadProject | { readonly ok: false; readonly reason: string }> {
  const absolute = resolve(path);
  let found: Stats;
  try {
    found = await stat(absolute);
  } catch (error) {
    return { ok: false, reason: `"${path}" cannot be read: ${explain(error)}.` };
  }
  if (!found.isFile() && !found.isDirectory())
    return { ok: false, reason: `"${path}" is neither a file nor a folder.` };
  const reader = new Reader();
  const folder = found.isDirectory() ? absolute : await projectFolder(dirname(absolute));
  await reader.walk(folder);
  if (found.isFile()) {
    const problem = await reader.read(absolute);
    if (problem !== undefined) return { ok: false, reason: `"${path}" cannot be checked: ${problem}.` };
  }
  const project: ProjectFiles = { root: toKey(folder), texts: reader.texts };
  await reader.readReferenced(project);
  const only = found.isFile() ? toKey(absolute) : undefined;
  return { ok: true, project, only, displayPath: displayPaths(path, absolute, only), notes: reader.notes };
}

const heavyFolders = new Set(['node_modules', '__pycache__', 'vendor', 'bower_components', 'site-packages', 'target']);
/** No file that these checks read comes near this size. */
const maxFileBytes = 2 * 1024 * 1024;
const maxDepth = 24;
const maxRounds = 8;
const levelsUp = 3;
/** Well below the usual limit of open files. */
const filesAtOnce = 64;

class Reader {
  readonly texts = new Map<string, string>();
  readonly notes: string[] = [];
  readonly #failed = new Set<string>();

  /** Links to folders are not followed: a link to a folder above would never end. */
  async walk(folder: string, depth = 0): Promise<void> {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      this.notes.push(`left out the folder ${folder}: ${explain(error)}.`);
      return;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const folders: string[] = [];
    const files: string[] = [];
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth < maxDepth && !isHeavy(entry.name)) folders.push(path);
      } else if (isProjectFile(toKey(path))) {
        files.push(path);
      }
    }
    for (let at = 0; at < files.length; at += filesAtOnce) {
      await Promise.all(
        files.slice(at, at + filesAtOnce).map(async (path) => {
          const problem = await this.read(path);
          if (problem !== undefined) this.notes.push(`left out ${path}: ${problem}.`);
        }),
      );
    }
    for (const path of folders) await this.walk(path, depth + 1);
  }

  /** Returns why the file cannot be read. */
  async read(path: string): Promise<string | undefined> {
    if (this.texts.has(toKey(path))) return undefined;
    try {
      await using handle = await open(path, 'r');
      const { size, isFile } = await handle.stat().then((found) => ({ size: found.size, isFile: found.isFile() }));
      if (!isFile) return 'it is not a regular file';
      if (size > maxFileBytes)
        return `it has ${Math.ceil(size / 1024 / 1024)} MB, and files above ${maxFileBytes / 1024 / 1024} MB are not read`;
      const bytes = await handle.readFile();
      if (bytes.subarray(0, 8192).includes(0)) return 'it is a binary file';
      this.texts.set(toKey(path), bytes.toString('utf8'));
      return undefined;
    } catch (error) {
      return explain(error);
    }
  }

  /** Files that others name, until nothing new turns up. */
  async readReferenced(project: ProjectFiles): Promise<void> {
    for (let round = 0; round < maxRounds; round++) {
      const wanted = referencedPaths(project).filter((path) => !this.#failed.has(path));
      if (wanted.length === 0) return;
      for (const path of wanted) {
        const problem = await this.read(path.replaceAll('/', sep));
        if (problem !== undefined) this.#failed.add(path);
      }
    }
  }
}

function isHeavy(name: string): boolean {
  return heavyFolders.has(name) || name === '.git' || name === '.venv' || name === '.cache' || name === '.vscode-test';
}

/** The folder that a file's project seems to begin in: where a compose file or a repository is, a few levels up at most. */
async function projectFolder(folder: string): Promise<string> {
  let found = folder;
  let at = folder;
  for (let level = 0; level <= levelsUp; level++) {
    const names = await readdir(at).catch((): string[] => []);
    if (names.some((name) => name === '.git' || isComposePath(name))) found = at;
    const up = dirname(at);
    if (names.includes('.git') || up === at || dirname(up) === up) break;
    at = up;
  }
  return found;
}

function toKey(path: string): string {
  const key = sep === '/' ? path : path.replaceAll(sep, '/');
  return key.startsWith('/') ? key : `/${key}`;
}

/** Paths begin as the person wrote theirs. */
function displayPaths(given: string, absolute: string, only: string | undefined): (path: string) => string {
  return (path) => {
    if (path === only) return given;
    const base = only === undefined ? absolute : dirname(absolute);
    const prefix = only === undefined ? given : given.slice(0, given.length - basename(given).length);
    const rest = relative(base, path.replaceAll('/', sep));
    const start = prefix.replace(/[\\/]+$/, '');
    if (start === '.' || prefix === '') return rest;
    return start === '' ? `/${rest}` : `${start}/${rest}`;
  };
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
    ELOOP: 'it is a link that leads back to itself',
    EISDIR: 'it is a folder',
    ENAMETOOLONG: 'the path is too long',
    ENOTDIR: 'a part of the path is not a folder',
    EMFILE: 'too many files are open',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}

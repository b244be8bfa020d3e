import { closeSync, type Dirent, fstatSync, openSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { ReadProjectResult } from '../../application/ports/ReadProject.ts';
import { projectBinaries } from '../../core/binaries/projectBinaries.ts';
import { splitProject } from '../../core/lint/lintParts.ts';
import { LineIndex } from '../../core/text/LineIndex.ts';
import {
  binariesFileName,
  isBinariesPath,
  isComposePath,
  isDockerfilePath,
  isProjectFile,
} from '../../core/workspace/isProjectFile.ts';
import type { ProjectFiles } from '../../core/workspace/ProjectFiles.ts';
import { referencedPaths } from '../../core/workspace/referencedPaths.ts';

/**
 * Reads a folder or file of this machine, synchronously: for thousands of small files that is several times faster. `inParts`: a large
 * folder may be given as its parts, and after each folder `onProgress` hears how many Dockerfiles there are up to now. Never throws: what cannot be read is a note, or the reason.
 */
export function readProject(
  path: string,
  inParts = false,
  onProgress?: (dockerfiles: number) => void,
): ReadProjectResult {
  const absolute = resolve(path);
  let found: Stats;
  try {
    found = statSync(absolute);
  } catch (error) {
    return { ok: false, reason: `"${path}" cannot be read: ${explain(error)}.` };
  }
  if (!found.isFile() && !found.isDirectory())
    return { ok: false, reason: `"${path}" is neither a file nor a folder.` };
  const reader = new Reader(inParts ? onProgress : undefined);
  const folder = found.isDirectory() ? absolute : projectFolder(dirname(absolute));
  reader.walk(folder);
  if (found.isFile()) {
    const problem = reader.read(absolute);
    if (problem !== undefined) return { ok: false, reason: `"${path}" cannot be checked: ${problem}.` };
  }
  const project: ProjectFiles = { root: toKey(folder), texts: reader.texts };
  reader.readAbove(folder, binariesFileName);
  const only = found.isFile() ? toKey(absolute) : undefined;
  const displayPath = displayPaths(path, absolute, only);
  const parts = inParts && only === undefined ? splitProject(project) : undefined;
  if (parts !== undefined) return { ok: true, project, only, displayPath, notes: reader.notes, parts };
  reader.readReferenced(project);
  // Findings are wanted for one file, but what is wrong with its binaries changes them.
  const unread = only === undefined || isBinariesPath(only) ? [] : binaryMistakes(project, displayPath);
  return { ok: true, project, only, displayPath, notes: [...reader.notes, ...unread] };
}

const heavyFolders = new Set(['node_modules', '__pycache__', 'vendor', 'bower_components', 'site-packages', 'target']);
/** No file that these checks read comes near this size. */
const maxFileBytes = 2 * 1024 * 1024;
const maxDepth = 24;
const maxRounds = 8;
const levelsUp = 3;

class Reader {
  readonly texts = new Map<string, string>();
  readonly notes: string[] = [];
  readonly #failed = new Set<string>();
  readonly #onProgress: ((dockerfiles: number) => void) | undefined;
  #dockerfiles = 0;

  constructor(onProgress: ((dockerfiles: number) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  /** Links to folders are not followed: a link to a folder above would never end. */
  walk(folder: string, depth = 0): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.notes.push(`left out the folder ${folder}: ${explain(error)}.`);
      return;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const inside = folder.endsWith(sep) ? folder : folder + sep;
    const folders: string[] = [];
    const files: string[] = [];
    for (const entry of entries) {
      const path = inside + entry.name;
      if (entry.isDirectory()) {
        if (depth < maxDepth && !isHeavy(entry.name)) folders.push(path);
      } else if (isProjectFile(toKey(path))) {
        files.push(path);
      }
    }
    for (const path of files) {
      const problem = this.read(path);
      if (problem !== undefined) this.notes.push(`left out ${path}: ${problem}.`);
      else if (isDockerfilePath(toKey(path))) this.#dockerfiles += 1;
    }
    this.#onProgress?.(this.#dockerfiles);
    for (const path of folders) this.walk(path, depth + 1);
  }

  /** Returns why the file cannot be read. */
  read(path: string): string | undefined {
    const key = toKey(path);
    if (this.texts.has(key)) return undefined;
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      const found = fstatSync(file);
      if (!found.isFile()) return 'it is not a regular file';
      if (found.size > maxFileBytes) {
        return `it has ${Math.ceil(found.size / 1024 / 1024)} MB, and files above ${maxFileBytes / 1024 / 1024} MB are not read`;
      }
      const bytes = readFileSync(file);
      if (bytes.subarray(0, 8192).includes(0)) return 'it is a binary file';
      this.texts.set(key, bytes.toString('utf8'));
      return undefined;
    } catch (error) {
      return explain(error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** The nearest file of that name, up to the root of the repository. */
  readAbove(folder: string, name: string): void {
    for (let at = folder; ; at = dirname(at)) {
      const names = namesIn(at);
      if (names.includes(name)) {
        const problem = this.read(join(at, name));
        if (problem !== undefined) this.notes.push(`left out ${join(at, name)}: ${problem}.`);
        return;
      }
      if (names.includes('.git') || dirname(at) === at) return;
    }
  }

  /** Files that others name, until nothing new turns up. */
  readReferenced(project: ProjectFiles): void {
    for (let round = 0; round < maxRounds; round++) {
      const wanted = referencedPaths(project).filter((path) => !this.#failed.has(path));
      const known = this.texts.size;
      for (const path of wanted) {
        const problem = this.read(path.replaceAll('/', sep));
        if (problem !== undefined) this.#failed.add(path);
      }
      if (this.texts.size === known) return;
    }
  }
}

function isHeavy(name: string): boolean {
  return heavyFolders.has(name) || name === '.git' || name === '.venv' || name === '.cache' || name === '.vscode-test';
}

function binaryMistakes(project: ProjectFiles, displayPath: (path: string) => string): readonly string[] {
  const { file } = projectBinaries(project);
  if (file === undefined) return [];
  const lines = new LineIndex(project.texts.get(file.path) ?? '');
  return file.problems.map(({ range, message }) => {
    const { line, column } = lines.positionAt(range.start);
    return `${displayPath(file.path)}:${line + 1}:${column + 1}: ${message}`;
  });
}

/** The folder that a file's project seems to begin in: where a compose file or a repository is, a few levels up at most. */
function projectFolder(folder: string): string {
  let found = folder;
  let at = folder;
  for (let level = 0; level <= levelsUp; level++) {
    const names = namesIn(at);
    if (names.some((name) => name === '.git' || isComposePath(name))) found = at;
    const up = dirname(at);
    if (names.includes('.git') || up === at || dirname(up) === up) break;
    at = up;
  }
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function toKey(path: string): string {
  const key = sep === '/' ? path : path.replaceAll(sep, '/');
  return key.startsWith('/') ? key : `/${key}`;
}

/** Paths begin as the person wrote theirs. */
function displayPaths(given: string, absolute: string, only: string | undefined): (path: string) => string {
  const base = only === undefined ? absolute : dirname(absolute);
  const prefix = only === undefined ? given : given.slice(0, given.length - basename(given).length);
  const start = prefix.replace(/[\\/]+$/, '');
  const shown = (path: string): string => {
    if (path === only) return given;
    const rest = relative(base, path.replaceAll('/', sep));
    if (start === '.' || prefix === '') return rest;
    return start === '' ? `/${rest}` : `${start}/${rest}`;
  };
  // Asked for file by file, many times each.
  let last: { readonly path: string; readonly shown: string } | undefined;
  return (path) => {
    if (last?.path !== path) last = { path, shown: shown(path) };
    return last.shown;
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

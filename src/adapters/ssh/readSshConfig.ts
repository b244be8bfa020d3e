import { readdir, readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { glob } from 'ssh-config';
import type { SshRouteContext } from '../../core/vm/resolveSshRoute.ts';
import { type SshConfigText, sshConfigIncludes } from '../../core/vm/sshConfigLines.ts';
import { localMachine } from './localMachine.ts';

export interface SshConfigFiles {
  readonly user: string;
  /** Read after it. */
  readonly system: string;
}

/** The files that ssh reads (ssh_config(5)). */
function defaultSshConfigFiles(): SshConfigFiles {
  const programData = process.env['PROGRAMDATA'] ?? 'C:\\ProgramData';
  return {
    user: join(homedir(), '.ssh', 'config'),
    system: process.platform === 'win32' ? join(programData, 'ssh', 'ssh_config') : '/etc/ssh/ssh_config',
  };
}

/** Reads the SSH config with everything that it includes; files that are missing or cannot be read count as empty. */
export async function readSshConfig(files: SshConfigFiles = defaultSshConfigFiles()): Promise<SshRouteContext> {
  const read = await Promise.all([files.user, files.system].map(readConfigFile));
  return { files: read.filter((file) => file !== undefined), localUser: localUser(), here: localMachine() };
}

async function readConfigFile(file: string): Promise<SshConfigText | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  const includes = new Map<string, readonly string[]>();
  await collectIncludes(text, dirname(file), includes);
  return { text, includes };
}

async function collectIncludes(text: string, folder: string, includes: Map<string, readonly string[]>): Promise<void> {
  for (const pattern of sshConfigIncludes(text)) {
    if (includes.has(pattern)) continue;
    const path = pattern.startsWith('~/') ? join(homedir(), pattern.slice(2)) : pattern;
    const files = await matchingPaths(isAbsolute(path) ? path : join(folder, path));
    const texts = (await Promise.all(files.map(readText))).filter((included) => included !== undefined);
    includes.set(pattern, texts);
    for (const included of texts) await collectIncludes(included, folder, includes);
  }
}

/** Paths that match a pattern with `*` and `?`, in order. */
async function matchingPaths(pattern: string): Promise<readonly string[]> {
  const { root } = parse(pattern);
  let paths: readonly string[] = [root];
  for (const part of pattern.slice(root.length).split(/[/\\]/u)) {
    if (part === '') continue;
    const next = paths.map(async (path) => {
      if (!/[*?]/.test(part)) return [join(path, part)];
      const names = await readdir(path).catch(() => []);
      return names.filter((name) => !name.startsWith('.') && glob(part, name)).map((name) => join(path, name));
    });
    paths = (await Promise.all(next)).flat().sort();
  }
  return paths.map((path) => path.replaceAll('/', sep));
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return process.env['USER'] ?? 'root';
  }
}

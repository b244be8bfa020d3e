import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Reaper } from '../reaper.ts';
import { projectRoot } from './codeServer.ts';

/** What of the project an installed extension has. */
const shippedEntries = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'media', 'syntaxes'];

/** Packages the project as for users and returns the file. `OPENCLAW_VM_VSIX` names one that is there already. */
export async function packageExtension(reaper: Reaper): Promise<string> {
  const ready = process.env['OPENCLAW_VM_VSIX'];
  if (ready !== undefined && ready !== '') return ready;
  const vsix = path.join(reaper.temporaryDirectory('vsix'), 'extension.vsix');
  await promisify(execFile)('npm', ['run', '--silent', 'package', '--', '--out', vsix], {
    cwd: projectRoot,
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
  return vsix;
}

/** Makes an extensions folder hold the built project by links, so that a reload of the window shows the next build. */
export function linkExtension(extensionsDirectory: string): void {
  const manifest: unknown = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  const folder = path.join(extensionsDirectory, folderName(manifest));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const entry of shippedEntries) {
    const target = path.join(projectRoot, entry);
    if (existsSync(target)) symlinkSync(target, path.join(folder, entry), 'junction');
  }
}

function folderName(manifest: unknown): string {
  const { publisher, name, version } = manifest as Record<'publisher' | 'name' | 'version', string>;
  return `${publisher}.${name}-${version}`;
}

/**
 * `npm start`: opens VS Code with the built extension on the example, or on the folder of `--folder PATH`, and stays until it is closed.
 * `--port N` (or OPENCLAW_VM_PORT) fixes the port where VS Code runs in the browser.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Reaper } from '../reaper.ts';
import { cacheDirectory, projectRoot, quietSettings, startCodeServer } from './codeServer.ts';
import { linkExtension } from './packageExtension.ts';
import { exampleFolder } from './temporaryCopy.ts';

// The window keeps its state by its address, so a port that stays the same is tried before any free one.
const usualPort = 8137;

const reaper = new Reaper();
const owner = process.ppid;
let isEnding = false;
setInterval(() => process.ppid !== owner && void end(1), 500).unref();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));

try {
  const { values } = parseArgs({ options: { folder: { type: 'string' }, port: { type: 'string' } } });
  const folder = path.resolve(values.folder ?? exampleFolder);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`There is no folder ${folder}. Name one with --folder PATH.`);
  }
  const desktop = findDesktop();
  await (desktop === undefined ? openInServer(folder, values.port) : openOnDesktop(desktop, folder));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await reaper.close();
process.exit();

async function openOnDesktop(executable: string, folder: string): Promise<void> {
  const profile = path.join(cacheDirectory, 'start-desktop');
  const settings = path.join(profile, 'User/settings.json');
  mkdirSync(path.dirname(settings), { recursive: true });
  if (!existsSync(settings)) writeFileSync(settings, JSON.stringify(quietSettings, null, 2));
  console.log(`Opening ${folder} in ${executable}. Close its window or press Ctrl+C to end.`);
  const args = [
    ...[`--extensionDevelopmentPath=${projectRoot}`, `--user-data-dir=${profile}`, '--new-window', '--wait'],
    ...['--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', folder],
  ];
  const child = spawn(executable, args, {
    stdio: 'inherit',
    env: reaper.environment(),
    shell: executable.endsWith('.cmd'),
  });
  reaper.own(child);
  const [code] = await once(child, 'exit');
  process.exitCode = Number(code ?? 1);
}

async function openInServer(folder: string, port = process.env['OPENCLAW_VM_PORT']): Promise<void> {
  const home = path.join(cacheDirectory, 'start-server');
  const extensionsDirectory = path.join(home, 'extensions');
  mkdirSync(extensionsDirectory, { recursive: true });
  linkExtension(extensionsDirectory);
  const options = { reaper, dataDirectory: path.join(home, 'data'), extensionsDirectory, keepsSettings: true };
  const server =
    port === undefined
      ? await startCodeServer({ ...options, port: usualPort }).catch(() => startCodeServer(options))
      : await startCodeServer({ ...options, port: readPort(port) });
  console.log(`VS Code runs with the extension. Open it in a browser on this machine (Ctrl+C ends it):`);
  console.log(`${server.origin}/?folder=${encodeURI(folder)}`);
  await ended(server.process);
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit');
  if (isEnding) return;
  console.error(`The VS Code server ended (${code}).`);
  process.exitCode = 1;
}

async function end(code: number): Promise<void> {
  isEnding = true;
  await reaper.close();
  process.exit(code);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`"${text}" is not a port. Give a number from 1 to 65535, or 0 for a free one.`);
  }
  return port;
}

/** A desktop VS Code and a screen to show it on: on the PATH, where it is usually installed, or downloaded for the tests. */
function findDesktop(): string | undefined {
  if (process.env['OPENCLAW_VM_VSCODE'] === 'server') return undefined;
  const hasScreen = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (!hasScreen) return undefined;
  const names = process.platform === 'win32' ? ['code.cmd', 'codium.cmd'] : ['code', 'codium', 'code-insiders'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...onPath, ...usualPlaces(), ...downloaded()].find((file) => existsSync(file));
}

function usualPlaces(): string[] {
  const home = process.env['HOME'] ?? '';
  const inMacApp = 'Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';
  const inWindows = 'Microsoft VS Code\\bin\\code.cmd';
  return [
    ...[path.join('/', inMacApp), path.join(home, inMacApp), '/usr/share/code/bin/code', '/snap/bin/code'],
    path.join(process.env['LOCALAPPDATA'] ?? '', 'Programs', inWindows),
    path.join(process.env['ProgramFiles'] ?? '', inWindows),
  ];
}

function downloaded(): string[] {
  if (!existsSync(cacheDirectory)) return [];
  const inside = ['bin/code', 'bin/code.cmd', 'Visual Studio Code.app/Contents/Resources/app/bin/code'];
  const versions = readdirSync(cacheDirectory).filter((name) => /^vscode-/.test(name));
  return versions.flatMap((version) => inside.map((file) => path.join(cacheDirectory, version, file)));
}

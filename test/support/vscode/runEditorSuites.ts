/**
 * Runs `test/editor/**` inside VS Code with `@vscode/test-electron`: in the desktop VS Code where it can be had, else in
 * the VS Code server through `launcher.ts`. `OPENCLAW_VM_VSCODE=desktop|server` chooses, `OPENCLAW_VM_VSCODE_VERSION`
 * names the version of the desktop (default `stable`). Arguments choose suites by a part of their path.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { Reaper } from '../reaper.ts';
import { cacheDirectory, projectRoot, quietSettings } from './codeServer.ts';
import { SuiteOutput } from './suiteOutput.ts';
import { exampleFolder, temporaryCopy } from './temporaryCopy.ts';

const updateHost = 'https://update.code.visualstudio.com';
const reachTimeoutMs = 10_000;
const version = process.env['OPENCLAW_VM_VSCODE_VERSION'] ?? 'stable';

const reaper = new Reaper();
try {
  const desktop = await findDesktop();
  if (desktop !== undefined && !hasDisplay()) {
    // The same runner again, on a screen that only exists in memory.
    const again = ['-a', process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    process.exitCode = spawnSync('xvfb-run', again, { stdio: 'inherit' }).status ?? 1;
  } else {
    await runSuites(desktop);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await reaper.close();
process.exit();

async function runSuites(desktop: string | undefined): Promise<void> {
  const suites = await bundleSuites();
  const failures: unknown[] = [];
  for (const window of ['folder', 'multiRoot'] as const) {
    const own = suites.filter((suite) => suite.startsWith('multiRoot/') === (window === 'multiRoot'));
    if (own.length > 0) await runInWindow(desktop, window, own).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function runInWindow(
  desktop: string | undefined,
  window: 'folder' | 'multiRoot',
  suites: readonly string[],
): Promise<void> {
  const home = reaper.temporaryDirectory('home');
  const profile = reaper.temporaryDirectory('profile');
  const settings = path.join(profile, desktop === undefined ? 'data/User/settings.json' : 'User/settings.json');
  mkdirSync(path.dirname(settings), { recursive: true });
  writeFileSync(settings, JSON.stringify(quietSettings));
  const output = new SuiteOutput();
  const run = runTests({
    stdout: output,
    stderr: output,
    vscodeExecutablePath: desktop ?? fileURLToPath(new URL('launcher.ts', import.meta.url)),
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: path.join(projectRoot, 'out/editor/index.cjs'),
    launchArgs: [
      window === 'folder' ? temporaryCopy(reaper) : multiRootWorkspace(),
      `--user-data-dir=${profile}`,
      `--extensions-dir=${path.join(profile, 'extensions')}`,
      '--disable-extensions',
    ],
    extensionTestsEnv: {
      ...strings(reaper.environment({})),
      OPENCLAW_VM_SUITES: suites.join(path.delimiter),
      // The launcher's first line looks `node` up on the PATH: it is this one.
      PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
      // The user's own keys and hosts stay out of the suites. (A desktop VS Code wants its real home folder.)
      ...(desktop === undefined ? { HOME: home } : {}),
    },
  });
  await run.catch((error) => {
    output.showHeldBack();
    throw error;
  });
}

/** A workspace file over two copies of the example, `first` and `second`. */
function multiRootWorkspace(): string {
  const folder = reaper.temporaryDirectory('workspace');
  for (const name of ['first', 'second']) cpSync(exampleFolder, path.join(folder, name), { recursive: true });
  const file = path.join(folder, 'two-projects.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: [{ path: 'first' }, { path: 'second' }], settings: {} }));
  return file;
}

/** Bundles each suite for itself, and returns their paths below `out/editor`. Mocha is loaded at run time. */
async function bundleSuites(): Promise<readonly string[]> {
  const chosen = process.argv.slice(2);
  const files = readdirSync(path.join(projectRoot, 'test/editor'), { recursive: true, encoding: 'utf8' });
  const suites = files
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
    .sort();
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['test/editor/index.ts', ...suites.map((file) => `test/editor/${file}`)],
    outdir: 'out/editor',
    outbase: 'test/editor',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    loader: { '.node': 'empty' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return suites.map((file) => file.replace(/\.ts$/, '.cjs'));
}

/** The executable of a desktop VS Code, or undefined for the server; says in one line which was chosen and why. */
async function findDesktop(): Promise<string | undefined> {
  const chosen = process.env['OPENCLAW_VM_VSCODE'];
  if (chosen === 'server') return choose('the VS Code server (OPENCLAW_VM_VSCODE=server)');
  if (chosen !== 'desktop') {
    if (!hasDisplay() && !hasVirtualDisplay()) return choose('the VS Code server (no display and no xvfb-run)');
    if (!(await isReachable())) return choose(`the VS Code server (${updateHost} did not answer)`);
  }
  try {
    const executable = await downloadAndUnzipVSCode({ version, cachePath: cacheDirectory });
    choose(`the desktop VS Code (${version})`);
    return executable;
  } catch (error) {
    if (chosen === 'desktop') throw error;
    return choose(`the VS Code server (the download failed: ${error instanceof Error ? error.message : error})`);
  }
}

function choose(what: string): undefined {
  console.log(`Running the suites in ${what}.`);
}

async function isReachable(): Promise<boolean> {
  try {
    const address = `${updateHost}/api/releases/stable`;
    return (await fetch(address, { signal: AbortSignal.timeout(reachTimeoutMs) })).ok;
  } catch {
    return false;
  }
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

function hasVirtualDisplay(): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, 'xvfb-run')));
}

function strings(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? '']));
}

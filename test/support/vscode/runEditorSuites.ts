/**
 * Runs `test/editor/**` inside VS Code with `@vscode/test-electron`: in the desktop VS Code where it can be had, else in
 * the VS Code server through `launcher.ts`. `OPENCLAW_VM_VSCODE=desktop|server` chooses, `OPENCLAW_VM_VSCODE_VERSION`
 * names the version of the desktop (default `stable`).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { Reaper } from '../reaper.ts';
import { cacheDirectory, projectRoot, quietSettings } from './codeServer.ts';
import { SuiteOutput } from './suiteOutput.ts';
import { temporaryCopy } from './temporaryCopy.ts';

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
  await bundleSuites();
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
      temporaryCopy(reaper),
      `--user-data-dir=${profile}`,
      `--extensions-dir=${path.join(profile, 'extensions')}`,
      '--disable-extensions',
    ],
    extensionTestsEnv: {
      ...strings(reaper.environment({})),
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

/** Bundles each suite for itself; Mocha stays outside, because the index loads it at run time. */
async function bundleSuites(): Promise<void> {
  const files = readdirSync(path.join(projectRoot, 'test/editor'), { recursive: true, encoding: 'utf8' });
  const suites = files.filter((file) => file.endsWith('.test.ts')).map((file) => `test/editor/${file}`);
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['test/editor/index.ts', ...suites],
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

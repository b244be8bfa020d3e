import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Reaper } from '../reaper.ts';

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
export const cacheDirectory = path.join(projectRoot, '.vscode-test');

// The npm package that carries a complete VS Code server; 4.139.1 is VS Code 1.139.1.
const codeServerVersion = '4.139.1';
const startTimeoutMs = 60_000;

export interface CodeServerOptions {
  readonly reaper: Reaper;
  /** Keeps settings, logs and the state of extensions. */
  readonly dataDirectory: string;
  readonly extensionsDirectory: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** What the extension host sees as `process.env`; the reaper's marker is added. */
  readonly environment?: NodeJS.ProcessEnv;
  /** User settings, added to the ones that quieten a new profile. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Leaves the settings of an earlier start as they are. */
  readonly keepsSettings?: boolean;
  /** Asks whether a workspace is trusted, as VS Code does by itself; otherwise all are. */
  readonly asksForTrust?: boolean;
  /** Makes the page honour its `payload` query, through which test suites start. */
  readonly isTestDriver?: boolean;
}

export interface CodeServer {
  /** `http://127.0.0.1:PORT`, reachable from this machine only. */
  readonly origin: string;
  readonly process: ChildProcess;
}

/** Starts the VS Code server, installing it first where needed, and resolves when it accepts connections. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const main = path.join(await installCodeServer(), 'out/server-main.js');
  writeSettings(options);
  mkdirSync(options.extensionsDirectory, { recursive: true });
  const driver = options.isTestDriver === true ? ['--enable-smoke-test-driver'] : [];
  const trust = options.asksForTrust === true ? [] : ['--disable-workspace-trust'];
  const child = spawn(
    process.execPath,
    [
      main,
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--without-connection-token'],
      ...['--accept-server-license-terms', '--telemetry-level', 'off'],
      ...['--server-data-dir', options.dataDirectory, '--extensions-dir', options.extensionsDirectory],
      ...trust,
      ...driver,
    ],
    { detached: true, env: options.reaper.environment(options.environment), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  options.reaper.own(child);
  return { origin: await readOrigin(child), process: child };
}

/** Puts a packaged extension into an extensions folder, as "Install from VSIX" does. */
export async function installVsix(vsix: string, extensionsDirectory: string, environment: NodeJS.ProcessEnv) {
  const main = path.join(await installCodeServer(), 'out/server-main.js');
  const args = [main, '--install-extension', vsix, '--extensions-dir', extensionsDirectory, '--force'];
  await promisify(execFile)(process.execPath, args, { env: environment });
}

/** Returns the folder of the VS Code server, fetched from the npm registry the first time (620 MB, half a minute). */
async function installCodeServer(): Promise<string> {
  const home = path.join(cacheDirectory, `code-server-${codeServerVersion}`);
  const inside = 'node_modules/code-server/lib/vscode';
  if (existsSync(home)) return path.join(home, inside);
  process.stdout.write('Installing the VS Code server from the npm registry…\n');
  const draft = `${home}-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  writeFileSync(path.join(draft, 'package.json'), '{ "private": true }\n');
  try {
    // Its native modules would need a compiler. The watcher comes built, the logger is replaced; terminals are missing.
    await npmInstall(draft, [`code-server@${codeServerVersion}`, '--save-exact']);
    await npmInstall(path.join(draft, inside), ['--omit=dev']);
    await npmInstall(path.join(draft, inside, 'extensions'), ['--omit=dev']);
    const logger = path.join(draft, inside, 'node_modules/@vscode/spdlog/index.js');
    copyFileSync(fileURLToPath(new URL('javaScriptLogger.cjs', import.meta.url)), logger);
    renameSync(draft, home);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another run may have been faster with the same installation.
    if (!existsSync(home)) throw error;
  }
  return path.join(home, inside);
}

async function npmInstall(directory: string, args: readonly string[]): Promise<void> {
  const all = ['install', ...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', all, {
    cwd: directory,
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
}

function writeSettings({ dataDirectory, settings, keepsSettings }: CodeServerOptions): void {
  const file = path.join(dataDirectory, 'data/User/settings.json');
  if (keepsSettings === true && existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...quietSettings, ...settings }, null, 2)}\n`);
}

/** Settings that keep a new profile from opening side bars, banners and tips of its own. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

function readOrigin(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const output: string[] = [];
    const fail = (what: string): void =>
      reject(new Error(`The VS Code server ${what}. Its output:\n${output.slice(-20).join('\n')}`));
    const timer = setTimeout(() => fail(`did not start within ${startTimeoutMs / 1000} s`), startTimeoutMs);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        if (output.length < 200) output.push(line);
        const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
        if (port === undefined) return;
        clearTimeout(timer);
        resolve(`http://127.0.0.1:${port}`);
      });
    }
    child.once('error', (error) => fail(`could not be run: ${error.message}`));
    child.once('exit', (code, signal) => fail(`ended (${code ?? signal})`));
  });
}

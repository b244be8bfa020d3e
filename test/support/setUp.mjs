/**
 * Makes a fresh clone ready: dependencies, Node 24 and the build. Plain JavaScript without dependencies,
 * because it is the first thing that runs, on whichever Node (20 or newer) the machine has.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.resolve(fileURLToPath(import.meta.url), '../../..');

/**
 * Installs and builds what is missing or stale, one printed line for each thing done.
 * Returns the path of the Node 24 that runs the tests. Throws an `Error` that says the next step.
 *
 * @param {{ build?: boolean }} [options] `build: false` leaves `dist` alone.
 * @returns {{ node: string }}
 */
export function setUp({ build = true } = {}) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new Error(`Node ${process.versions.node} is too old. Install Node 20 or newer, then run this again.`);
  }
  if (!dependenciesAreCurrent()) {
    say('Installing the dependencies (npm ci)…');
    npm(['ci', '--no-audit', '--no-fund'], 'Check the connection to the npm registry, then run this again.');
  }
  const node = bundledNode();
  if (!existsSync(node)) {
    say('Installing Node 24 for the tests…');
    // The project turns install scripts off; this one fetches the binary of the platform.
    npm(
      ['rebuild', 'node', '--ignore-scripts=false'],
      'Check the connection to the npm registry, then run this again.',
    );
    if (!existsSync(node)) {
      throw new Error(`Node 24 is not at ${node}. Delete node_modules, then run this again.`);
    }
  }
  if (build) buildIfStale();
  return { node };
}

/** Builds `dist` where a source is newer. Throws an `Error` that says the next step. */
export function buildIfStale() {
  if (!isBuildStale()) return;
  say('Building the extension…');
  npm(['run', '--silent', 'build'], 'Correct the error above, then run this again.');
}

/** Prints one line of progress. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** The environment in which `node` and the project's tools are Node 24's. */
export function toolEnvironment(extra = {}) {
  const bins = [path.dirname(bundledNode()), path.join(projectRoot, 'node_modules/.bin')];
  return { ...process.env, PATH: [...bins, process.env.PATH ?? ''].join(path.delimiter), ...extra };
}

function bundledNode() {
  return path.join(projectRoot, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Whether each package that the lock file names is installed in that version (npm keeps its own list beside them). */
function dependenciesAreCurrent() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([where, { version, optional }]) => {
    if (where === '') return true;
    const present = installed[where];
    return present === undefined ? optional === true : present.version === version;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function isBuildStale() {
  const outputs = ['dist/extension.js', 'dist/cli.js'].map((file) => path.join(projectRoot, file));
  if (!outputs.every(existsSync)) return true;
  const built = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  const inputs = ['src/build.mts', 'package.json', 'package-lock.json'].map((file) => path.join(projectRoot, file));
  const newest = Math.max(newestIn(path.join(projectRoot, 'src')), ...inputs.map((file) => statSync(file).mtimeMs));
  return newest > built;
}

function newestIn(directory) {
  const times = readdirSync(directory, { withFileTypes: true }).map((entry) => {
    const file = path.join(directory, entry.name);
    return entry.isDirectory() ? newestIn(file) : statSync(file).mtimeMs;
  });
  return Math.max(statSync(directory).mtimeMs, ...times);
}

function npm(args, nextStep) {
  const { status, stdout, stderr, error } = spawnSync('npm', args, {
    cwd: projectRoot,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  const lines = `${stdout ?? ''}${stderr ?? ''}`.split('\n').filter((line) => !/^npm warn|^\s*$/.test(line));
  // npm says the cause first and ends with its usage; a compiler may say it last.
  const output = (lines.length > 40 ? [...lines.slice(0, 20), '…', ...lines.slice(-20)] : lines).join('\n');
  throw new Error(`"npm ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}.\n${output}\n${nextStep}`);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    setUp();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

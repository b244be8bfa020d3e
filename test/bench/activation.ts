import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { nodeBundle } from '../../src/build.mts';
import { type Metric, median, metric } from './metrics.ts';

const starts = 15;
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What the extension costs its host before anybody asks it for something: `require` and the call of `activate`, in a fresh process
 * each; beside it an empty file, and the same code when all of it is in one file that has no lazy parts.
 */
export async function measure(): Promise<readonly Metric[]> {
  const extension = join(root, 'dist/extension.js');
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-vm-bench-'));
  try {
    const empty = join(folder, 'empty.cjs');
    writeFileSync(empty, '');
    const eager = join(folder, 'eager.cjs');
    await bundleEagerly(eager);
    const files = { empty, extension, eager };
    const times: Record<keyof typeof files, number[]> = { empty: [], extension: [], eager: [] };
    for (let start = 0; start <= starts; start++) {
      for (const name of ['empty', 'extension', 'eager'] as const) {
        const time = activateInFreshProcess(files[name], folder);
        // The first of each warms the file cache.
        if (start > 0) times[name].push(time);
      }
    }
    const [floor, ours, all] = [median(times.empty), median(times.extension), median(times.eager)];
    return [
      metric('activation.aboveEmpty', 'ms', ours - floor, { limit: 5 }, { atMost: 1, peer: 'limit' }),
      metric(
        'activation.ofEager',
        'ms',
        ours - floor,
        { 'empty file': floor, 'all in one file': all - floor },
        { atMost: 1 / 20, peer: 'all in one file' },
      ),
      metric(
        'activation.bundle',
        'KB',
        statSync(extension).size / 1024,
        { 'all in one file': statSync(eager).size / 1024 },
        { atMost: 1, peer: 'all in one file' },
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same code as an extension that loads all of its parts at the start would have it. */
async function bundleEagerly(outfile: string): Promise<void> {
  const parts = ['vmAdapters', 'core/checks', 'ui/sidebar', 'ui/commands/handlers', 'extension'];
  const alias = Object.fromEntries(
    Object.entries(nodeBundle.alias).filter(([, standIn]) => !standIn.startsWith('./src/lazy/')),
  );
  await build({
    ...nodeBundle,
    alias,
    external: ['*.node'],
    plugins: nodeBundle.plugins.filter(({ name }) => name === 'plain-vscode'),
    stdin: {
      contents: [
        ...parts.map((part) => `export * from './src/${part}.ts';`),
        "import 'yaml';",
        "import 'unbash';",
      ].join('\n'),
      resolveDir: root,
    },
    treeShaking: false,
    ignoreAnnotations: true,
    outfile,
    logLevel: 'error',
  });
}

/** Milliseconds for `require` and `activate`, with a `vscode` that has all of its names and answers everything. */
function activateInFreshProcess(file: string, folder: string): number {
  const stub = join(folder, 'stub.cjs');
  const api = readFileSync(join(root, 'node_modules/@types/vscode/index.d.ts'), 'utf8');
  const names = new Set(
    [...api.matchAll(/^\texport (?:class|enum|namespace|const|function|let) (\w+)/gm)].map(([, name]) => name),
  );
  writeFileSync(
    stub,
    `const Module = require('node:module');
const anything = new Proxy(class {}, {
  get: (target, key) => (key === 'prototype' ? target.prototype : anything),
  apply: () => anything,
  construct: () => anything,
  getPrototypeOf: () => anything,
});
const vscode = Object.fromEntries(${JSON.stringify([...names])}.map((name) => [name, anything]));
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
const before = performance.now();
require(process.argv[2]).activate?.({ subscriptions: [], globalStorageUri: { fsPath: __dirname } });
process.stdout.write(String(performance.now() - before));
process.exit();`,
  );
  const { stdout, stderr, status } = spawnSync(process.execPath, [stub, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} could not be loaded: ${stderr}`);
  return Number(stdout);
}

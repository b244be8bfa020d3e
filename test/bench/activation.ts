import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { type Metric, median, metric } from './metrics.ts';

const starts = 15;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What loading the extension costs its host, against an empty file and against everything in one file. */
export async function measure(): Promise<readonly Metric[]> {
  const extension = join(root, 'dist/extension.js');
  if (!existsSync(extension)) throw new Error('dist/extension.js is missing: run "npm run build" first.');
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-vm-bench-'));
  try {
    const empty = join(folder, 'empty.cjs');
    writeFileSync(empty, '');
    const eager = join(folder, 'eager.cjs');
    bundleEagerly(eager);
    const files = { empty, extension, eager };
    const times: Record<keyof typeof files, number[]> = { empty: [], extension: [], eager: [] };
    for (let start = 0; start <= starts; start++) {
      for (const name of ['empty', 'extension', 'eager'] as const) {
        const time = requireInFreshProcess(files[name], folder);
        // The first of each warms the file cache.
        if (start > 0) times[name].push(time);
      }
    }
    const [floor, ours, all] = [median(times.empty), median(times.extension), median(times.eager)];
    return [
      metric('activation.aboveEmpty', 'ms', ours - floor, { limit: 5 }, { atMost: 1, peer: 'limit' }),
      metric(
        'activation.require',
        'ms',
        ours,
        { 'empty file': floor, 'all in one file': all },
        { atMost: 0.5, peer: 'all in one file' },
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
function bundleEagerly(outfile: string): void {
  const parts = ['src/extension.ts', 'src/vmAdapters.ts', 'src/core/checks.ts'];
  const leftOut = join(root, 'src/adapters/docker/leftOut.ts');
  buildSync({
    stdin: {
      contents: [...parts.map((part) => `export * from './${part}';`), "import 'yaml';", "import 'unbash';"].join('\n'),
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', '#checks', '#vmAdapters', '*.node'],
    alias: {
      '@grpc/grpc-js': leftOut,
      '@grpc/proto-loader': leftOut,
      protobufjs: leftOut,
      'tar-fs': leftOut,
      'cpu-features': leftOut,
    },
    treeShaking: false,
    ignoreAnnotations: true,
    outfile,
    logLevel: 'error',
  });
}

/** Milliseconds for `require`, with a `vscode` that answers everything. */
function requireInFreshProcess(file: string, folder: string): number {
  const stub = join(folder, 'stub.cjs');
  writeFileSync(
    stub,
    `const Module = require('node:module');
const anything = new Proxy(class {}, {
  get: (target, key) => (key === 'prototype' ? target.prototype : anything),
  apply: () => anything,
  getPrototypeOf: () => anything,
});
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? anything : load(request, ...rest));
const before = performance.now();
require(process.argv[2]);
process.stdout.write(String(performance.now() - before));`,
  );
  const { stdout, stderr, status } = spawnSync(process.execPath, [stub, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} could not be loaded: ${stderr}`);
  return Number(stdout);
}

/** `npm run build`: what the package holds. Each `#…` of src/package.json is a file of its own that is loaded when it is first needed. */
import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const manifest = path.join(root, 'package.json');
const leftOut = './src/adapters/docker/leftOut.ts';

/**
 * An `import * as vscode` becomes a plain `require`, and all of a bundle share one. Otherwise each file that has one begins with a copy of
 * all 200 names of the API, which is half of the time that activation takes.
 */
const plainVscode: Plugin = {
  name: 'plain-vscode',
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /[\\/]src[\\/](?:ui[\\/].*|extension)\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replace(
        /^import \* as vscode from 'vscode';$/m,
        "import vscode = require('vscode');",
      ),
      loader: 'ts',
    }));
    onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'vscode' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'vscode' },
    );
    onLoad({ filter: /.*/, namespace: 'vscode' }, () => ({ contents: "module.exports = require('vscode');" }));
  },
};

/** The bundles lie side by side: their names need not be looked up in package.json first. */
const besideEachOther: Plugin = {
  name: 'beside-each-other',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^#/ }, ({ path: name }) => ({ path: `./${name.slice(1)}.js`, external: true }));
  },
};

/**
 * The SFTP part of ssh2 loads late, and its server and what makes keys are left out, like packages of `alias`; they are files inside of a
 * package, which an alias cannot name.
 */
const partsOfSsh2: Plugin = {
  name: 'parts-of-ssh2',
  setup: ({ onResolve }) => {
    const late = path.join(root, 'src/lazy/sftp.cjs');
    onResolve({ filter: /\/(?:protocol\/SFTP|server|keygen|http-agents)\.js$/ }, ({ path: file, importer }) =>
      /[\\/]ssh2[\\/]lib[\\/]\w+\.js$/.test(importer)
        ? { path: file.endsWith('SFTP.js') ? late : path.join(root, leftOut) }
        : undefined,
    );
  },
};

/** docker-modem's ways to send requests, for which `sendPlainly` stands in, and its reading of certificates. */
const partsOfDockerModem: Plugin = {
  name: 'parts-of-docker-modem',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^(?:\.\/(?:http|ssh|http_duplex)|split-ca)$/ }, ({ importer }) =>
      /[\\/]docker-modem[\\/]lib[\\/]modem\.js$/.test(importer) ? { path: path.join(root, leftOut) } : undefined,
    );
  },
};

/** Of data, what is long lies in a file of its own that is read when it is first needed; of the manifest only values are asked for. */
const lateData: Plugin = {
  name: 'late-data',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/](?:package|catalog|openclaw-vm\.binaries\.schema)\.json$/ }, ({ path: file }) => {
      const data: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(file, 'utf8'));
      const members = Object.entries(data).flatMap(([key, value]) => {
        const name = JSON.stringify(key);
        if (typeof value !== 'object') return [`${name}: ${JSON.stringify(value)}`];
        return file === manifest ? [] : [`get ${name}() { return require('./lazy/${path.basename(file)}')[${name}]; }`];
      });
      return { contents: `module.exports = { ${members.join(', ')} };` };
    });
  },
};

/** How code for the extension host and for the command line is bundled. */
export const nodeBundle = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  logLevel: 'warning',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['*.node', './lazy/*'],
  alias: {
    yaml: './src/lazy/yaml.cjs',
    unbash: './src/lazy/unbash.cjs',
    diff: './src/lazy/diff.cjs',
    '@cfworker/json-schema': './src/lazy/jsonSchema.cjs',
    '@grpc/grpc-js': leftOut,
    '@grpc/proto-loader': leftOut,
    protobufjs: leftOut,
    'tar-fs': leftOut,
    'cpu-features': leftOut,
    '@balena/dockerignore': leftOut,
    // docker-modem's copy of what Node itself has.
    'readable-stream': 'node:stream',
    debug: './src/lazy/debug.cjs',
    'bcrypt-pbkdf': './src/lazy/bcryptPbkdf.cjs',
    'tar-stream': './src/lazy/tarStream.cjs',
    socks: './src/lazy/socks.cjs',
  },
  // An `import()` becomes a `require`: loading CommonJS as an ES module reads it twice, to find out what it exports.
  supported: { 'dynamic-import': false },
  plugins: [lateData, plainVscode, besideEachOther, partsOfSsh2, partsOfDockerModem],
} satisfies BuildOptions;

/** The large bundles, whose compiled code is kept, and their sources. */
export const keptBundles: Readonly<Record<string, string>> = {
  checks: 'src/core/checks.ts',
  vmAdapters: 'src/vmAdapters.ts',
  'lazy/yamlLibrary': 'src/lazy/yamlLibrary.cjs',
  'lazy/unbashLibrary': 'src/lazy/unbashLibrary.cjs',
  'lazy/sftpLibrary': 'src/lazy/sftpLibrary.cjs',
};

export const otherBundles: Readonly<Record<string, string>> = {
  extension: 'src/extension.ts',
  sidebar: 'src/ui/sidebar.ts',
  commands: 'src/ui/commands/handlers.ts',
  authoring: 'src/ui/authoring/authoring.ts',
  codeCache: 'src/adapters/files/codeCache.ts',
  cli: 'src/cli.ts',
  'lazy/bcryptPbkdfLibrary': 'src/lazy/bcryptPbkdfLibrary.cjs',
  'lazy/diffLibrary': 'src/lazy/diffLibrary.cjs',
  'lazy/tarStreamLibrary': 'src/lazy/tarStreamLibrary.cjs',
  'lazy/socksLibrary': 'src/lazy/socksLibrary.cjs',
  'lazy/jsonSchemaLibrary': 'src/lazy/jsonSchemaLibrary.cjs',
};

if (process.argv[1] === import.meta.filename) {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  await Promise.all([
    build({
      ...nodeBundle,
      entryPoints: {
        ...otherBundles,
        ...Object.fromEntries(Object.entries(keptBundles).map(([name, source]) => [`${name}.kept`, source])),
      },
      outdir: 'dist',
    }),
    build({
      absWorkingDir: root,
      entryPoints: ['src/ui/webview/client/gatewayOverview.ts'],
      outdir: 'dist/webview',
      bundle: true,
      minify: true,
      logLevel: 'warning',
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
    }),
  ]);
  for (const file of ['src/core/binaries/catalog.json', 'media/openclaw-vm.binaries.schema.json']) {
    const data: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    writeFileSync(path.join(root, 'dist/lazy', path.basename(file)), JSON.stringify(data));
  }
  for (const name of Object.keys(keptBundles)) keepCodeOf(name);
}

/** The bundle becomes a function, as Node makes one of each file that it loads, and what loads it takes its name. */
function keepCodeOf(name: string): void {
  const file = path.join(root, 'dist', `${name}.kept.js`);
  const bundle = readFileSync(file, 'utf8');
  if (!isAscii(Buffer.from(bundle))) throw new Error(`${file} is read as ASCII, but holds other characters.`);
  writeFileSync(file, `(function(exports,require,module,__filename,__dirname){${bundle}\n})`);
  const contents = createHash('sha256').update(bundle).digest('hex').slice(0, 16);
  const codeCache = `${name.includes('/') ? '..' : '.'}/codeCache.js`;
  const stub = `module.exports=require('${codeCache}').requireKept(__filename.slice(0,-2)+'kept.js','${contents}');\n`;
  writeFileSync(path.join(root, 'dist', `${name}.js`), stub);
}

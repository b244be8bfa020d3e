import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';
import { nodeBundle } from '../../../src/build.mts';
import { projectRoot, type SourceFile, type SourceImport, sourceFiles } from './sourceFiles.ts';

const files = sourceFiles('src');
const layers = ['core', 'application', 'ui', 'adapters', 'cli'] as const;

/** What a layer may import of the project's own. `cli` composes, as `extension.ts` does. */
const allowed: Record<(typeof layers)[number], readonly string[]> = {
  core: ['core'],
  application: ['application', 'core'],
  ui: ['ui', 'application', 'core'],
  adapters: ['adapters', 'application', 'core'],
  cli: ['cli', 'adapters', 'application', 'core'],
};

/** Packages that only parse, compare or check: values in, values out. */
const pureParsers = [
  '@cfworker/json-schema',
  'diff',
  'dockerfile-ast',
  'dockerfile-utils',
  'ssh-config',
  'unbash',
  'yaml',
];

/** Built-in modules that reach outside the process or depend on it; and those that are plain computation. */
const computingBuiltIns = ['node:buffer', 'node:path', 'node:path/posix', 'node:url', 'node:util'];

describe('the direction of imports', () => {
  it('finds the files and their imports', () => {
    assert.ok(files.length > 50);
    const extension = files.find(({ path: file }) => file === 'src/extension.ts');
    assert.deepEqual(targets(extension), [
      'vscode',
      'src/adapters/files/codeCache.ts',
      'src/ui/commands/registerCommands.ts',
      'src/ui/LazyServices.ts',
      'src/ui/lint/registerLint.ts',
      'src/ui/lint/WorkspaceLint.ts',
      'src/ui/skills/RunningBinaries.ts',
      'src/ui/skills/registerSkills.ts',
      'src/ui/tree/registerVmTree.ts',
      'src/ui/sidebar.ts',
      'src/vmAdapters.ts',
    ]);
  });

  for (const layer of layers) {
    it(`lets ${layer} import only ${allowed[layer].join(', ')}`, () => {
      assert.deepEqual(
        violations(layer, ({ target }) => target.startsWith('src/') && !allowed[layer].includes(layerOf(target))),
        [],
      );
    });
  }

  it('keeps core free of packages that do more than parse, and of I/O', () => {
    assert.deepEqual(
      violations('core', ({ target }) => !isOwn(target) && !isData(target) && !pureParsers.includes(packageOf(target))),
      [],
    );
  });

  it('keeps the application free of packages and of I/O', () => {
    assert.deepEqual(
      violations('application', ({ target }) => !isOwn(target) && !computingBuiltIns.includes(target)),
      [],
    );
  });

  it('imports vscode only in the user interface', () => {
    assert.deepEqual(
      importers((target) => target === 'vscode').filter(
        (file) => file !== 'src/extension.ts' && layerOf(file) !== 'ui',
      ),
      [],
    );
  });

  it('reaches machines, files and processes only in adapters', () => {
    const outside = [
      'ssh2',
      'dockerode',
      'docker-modem',
      'node:fs',
      'node:fs/promises',
      'node:net',
      'node:child_process',
    ];
    assert.deepEqual(
      importers((target) => outside.includes(target)).filter((file) => layerOf(file) !== 'adapters'),
      [],
    );
  });

  it('imports only names that the stand-ins of packages that load late have', () => {
    for (const [name, standIn] of Object.entries(nodeBundle.alias)) {
      // Those of ssh2 and docker-modem.
      if (!standIn.startsWith('./src/lazy/') || name === 'bcrypt-pbkdf' || name === 'debug') continue;
      const known = Object.keys(createRequire(import.meta.url)(path.join(projectRoot, standIn)));
      const imported = files.flatMap(({ text }) =>
        [...text.matchAll(/^import \{([^}]*)\} from '([^']+)';$/gm)]
          .filter(([, , from]) => from === name)
          .flatMap(([, names]) => (names ?? '').split(',').map((word) => word.trim()))
          .filter((word) => word !== '' && !word.startsWith('type ')),
      );
      assert.ok(imported.length > 0, name);
      assert.deepEqual(
        imported.filter((word) => !known.includes(word)),
        [],
        name,
      );
    }
  });

  it('knows the webview toolkit in one module', () => {
    assert.deepEqual(
      importers((target) => packageOf(target) === '@vscode/webview-ui-toolkit'),
      ['src/ui/webview/client/toolkit.ts'],
    );
  });

  it('keeps the code of the page apart from the code of the editor', () => {
    const client = 'src/ui/webview/client/';
    const crossing = files.flatMap((file) =>
      file.imports
        .filter(({ target }) => isOwn(target) && target.startsWith(client) !== file.path.startsWith(client))
        .filter(
          ({ target, isTypeOnly }) => target.startsWith(client) || !(isTypeOnly || sharedWithPage.includes(target)),
        )
        .map(({ target }) => `${file.path} -> ${target}`),
    );
    assert.deepEqual(crossing, []);
  });

  it('imports nothing from the tests', () => {
    assert.deepEqual(
      importers((target) => target.startsWith('test/')),
      [],
    );
  });

  it('imports only files that exist', () => {
    const missing = files.flatMap(({ path: file, imports }) =>
      imports
        .filter(({ target }) => isOwn(target) && !existsSync(path.join(projectRoot, target)))
        .map(({ target }) => `${file} -> ${target}`),
    );
    assert.deepEqual(missing, []);
  });

  it('has no cycles', () => {
    assert.deepEqual(findCycle(files), []);
  });

  it('keeps files under 400 lines', () => {
    assert.deepEqual(
      files.filter(({ text }) => text.split('\n').length > 400).map(({ path: file }) => file),
      [],
    );
  });
});

const sharedWithPage = ['src/ui/webview/messages.ts', 'src/core/text/formatBytes.ts'];

function targets(file: SourceFile | undefined): string[] {
  return file?.imports.map(({ target }) => target) ?? [];
}

/** What is shipped beside the code, for the editor to read too. */
function isData(target: string): boolean {
  return target.startsWith('media/');
}

function isOwn(target: string): boolean {
  return target.startsWith('src/') || target.startsWith('test/');
}

function layerOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function violations(layer: string, isViolation: (imported: SourceImport) => boolean): string[] {
  return files
    .filter(({ path: file }) => layerOf(file) === layer)
    .flatMap(({ path: file, imports }) => imports.filter(isViolation).map(({ target }) => `${file} -> ${target}`));
}

function importers(isWanted: (target: string) => boolean): string[] {
  return files.filter(({ imports }) => imports.some(({ target }) => isWanted(target))).map(({ path: file }) => file);
}

/** The first cycle of imports that remain at run time, as the files along it. */
function findCycle(all: readonly SourceFile[]): string[] {
  const graph = new Map(
    all.map(({ path: file, imports }) => [
      file,
      imports.filter(({ isTypeOnly }) => !isTypeOnly).map(({ target }) => target),
    ]),
  );
  const finished = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] => {
    const start = trail.indexOf(file);
    if (start >= 0) return [...trail.slice(start), file];
    if (finished.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...trail, file]);
      if (cycle.length > 0) return cycle;
    }
    finished.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

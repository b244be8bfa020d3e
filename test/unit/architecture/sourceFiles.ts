import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

export interface SourceFile {
  /** Relative to the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly SourceImport[];
}

export interface SourceImport {
  /** A path relative to the project's root for our own files, else the package as it is written. */
  readonly target: string;
  readonly isTypeOnly: boolean;
}

/** The package.json aliases that load bundles of their own. */
const aliases: Readonly<Record<string, string>> = {
  '#authoring': 'src/ui/authoring/authoring.ts',
  '#checks': 'src/core/checks.ts',
  '#codeCache': 'src/adapters/files/codeCache.ts',
  '#commands': 'src/ui/commands/handlers.ts',
  '#sidebar': 'src/ui/sidebar.ts',
  '#vmAdapters': 'src/vmAdapters.ts',
};

/** Makes the product and is no part of it. */
const buildScript = 'src/build.mts';

/** Every TypeScript file of the product below a folder. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?ts$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`)
    .filter((file) => file !== buildScript)
    .map((file) => {
      const text = readFileSync(path.join(projectRoot, file), 'utf8');
      return { path: file, text, imports: importsOf(file, text) };
    });
}

const statements =
  /^(?:import|export)\s+(?<type>type\s)?[^'"`;]*?\sfrom\s+['"](?<from>[^'"]+)['"]|^import\s+['"](?<bare>[^'"]+)['"]/gm;
const calls = /\bimport\(\s*['"](?<call>[^'"]+)['"]\s*\)/g;

function importsOf(file: string, text: string): SourceImport[] {
  const found: SourceImport[] = [];
  const code = text.replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, '');
  for (const { groups } of code.matchAll(statements)) {
    const specifier = groups?.['from'] ?? groups?.['bare'];
    if (specifier !== undefined)
      found.push({ target: resolve(file, specifier), isTypeOnly: groups?.['type'] !== undefined });
  }
  for (const { groups, index } of code.matchAll(calls)) {
    const specifier = groups?.['call'];
    // `typeof import('…')` and other types leave nothing behind at run time.
    const isTypeOnly = /(?:typeof|:|<)\s*$/.test(code.slice(0, index));
    if (specifier !== undefined) found.push({ target: resolve(file, specifier), isTypeOnly });
  }
  return found;
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  return aliases[specifier] ?? specifier;
}

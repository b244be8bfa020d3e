import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CatalogBinary, catalog } from '../../../src/core/binaries/catalog.ts';
import { type ArchiveFile, controlLines, type DebianPackage, debOf, sha256Of, tarOf, zipOf } from './archives.ts';
import { cacheFolder, debianMirror } from './cache.ts';
import { tinyProgram } from './tinyProgram.ts';

/**
 * The name under which builds on the hosts reach packages: `https://packages.test/npm/`, `/pypi/simple/` and `/go`, and, with `http`
 * too, `/ours`, a Debian repository. They hold what the catalog names, with tiny programs of ours. `/debian` is the mirror of this
 * machine's apt.
 */
export const packageHostName = 'packages.test';

/** What the host of packages has at a path, or `undefined`. */
export async function packageFile(path: string): Promise<Buffer | undefined> {
  const [, index = '', ...rest] = decodeURIComponent(path).split('/');
  const name = rest.join('/');
  switch (index) {
    case 'npm':
      return await npmFile(name);
    case 'pypi':
      return pythonFile(name);
    case 'go':
      return goFile(name);
    case 'ours':
      return await debianFile(name);
    case 'debian':
      return await mirrored(name);
    default:
      return undefined;
  }
}

type Packaged = CatalogBinary & { readonly source: { readonly kind: string; readonly package: string } };

function entriesOf(...kinds: readonly string[]): readonly Packaged[] {
  return catalog().filter((binary): binary is Packaged => kinds.includes(binary.source.kind));
}

/** The registry's document of a package (its name), or a package (`-/NAME.tgz`). */
async function npmFile(path: string): Promise<Buffer | undefined> {
  const isArchive = path.startsWith('-/');
  const name = isArchive ? path.slice(2, -'.tgz'.length) : path;
  const binary = entriesOf('npm').find(({ source }) => source.package === name);
  if (binary === undefined) return undefined;
  const { version = '' } = binary;
  const manifest = { name, version, bin: { [binary.name]: 'cli.js' } };
  const archive = await tarOf(
    [
      { path: 'package/package.json', content: JSON.stringify(manifest) },
      { path: 'package/cli.js', content: `#!/usr/bin/env node\nconsole.log('${binary.name} version ${version}');\n` },
    ],
    'tar.gz',
  );
  if (isArchive) return archive;
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const tarball = `https://${packageHostName}/npm/-/${name}.tgz`;
  return Buffer.from(
    JSON.stringify({
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist: { tarball, integrity } } },
    }),
  );
}

/** A page of links (PEP 503), or a wheel (PEP 427). */
function pythonFile(path: string): Buffer | undefined {
  for (const binary of entriesOf('uv', 'pip')) {
    const { name, version = '', source } = binary;
    const module = source.package.replaceAll('-', '_');
    const file = `${module}-${version}-py3-none-any.whl`;
    const info = `${module}-${version}.dist-info`;
    const files: readonly ArchiveFile[] = [
      { path: `${module}/__init__.py`, content: `def main():\n    print("${name} version ${version}")\n` },
      { path: `${info}/METADATA`, content: `Metadata-Version: 2.1\nName: ${source.package}\nVersion: ${version}\n` },
      { path: `${info}/WHEEL`, content: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n' },
      { path: `${info}/entry_points.txt`, content: `[console_scripts]\n${name} = ${module}:main\n` },
    ];
    const record = [...files.map((each) => `${each.path},,`), `${info}/RECORD,,`, ''].join('\n');
    const wheel = zipOf([...files, { path: `${info}/RECORD`, content: record }]);
    if (path === `simple/${source.package}/`) {
      return Buffer.from(`<a href="/pypi/files/${file}#sha256=${sha256Of(wheel)}">${file}</a>`);
    }
    if (path === `files/${file}`) return wheel;
  }
  return undefined;
}

/** The module proxy's protocol: `MODULE/@v/VERSION.info`, `.mod` and `.zip`. */
function goFile(path: string): Buffer | undefined {
  for (const { name, version = '', source } of entriesOf('go')) {
    const [module, folder] = [source.package.split('/', 3).join('/'), source.package.split('/').slice(3).join('/')];
    const goMod = `module ${module}\n\ngo 1.19\n`;
    const code = `package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString("${name} version ${version}\\n") }\n`;
    const root = `${module}@v${version}`;
    switch (path) {
      case `${module}/@v/v${version}.info`:
        return Buffer.from(JSON.stringify({ Version: `v${version}`, Time: '2026-01-01T00:00:00Z' }));
      case `${module}/@v/v${version}.mod`:
        return Buffer.from(goMod);
      case `${module}/@v/v${version}.zip`:
        return zipOf([
          { path: `${root}/go.mod`, content: goMod },
          { path: `${root}/${folder === '' ? '' : `${folder}/`}main.go`, content: code },
        ]);
    }
  }
  return undefined;
}

/** A flat repository: the catalog's distribution packages, newer than any of Debian's. */
async function debianFile(path: string): Promise<Buffer | undefined> {
  const packages = debianPackages();
  if (path === 'Packages') {
    const paragraphs = packages.map(async (debian) => {
      const content = await debOf(debian);
      const place = [`Filename: ./${debian.name}.deb`, `Size: ${content.length}`, `SHA256: ${sha256Of(content)}`];
      return [...controlLines(debian), ...place, ''].join('\n');
    });
    return Buffer.from((await Promise.all(paragraphs)).join('\n'));
  }
  const debian = packages.find(({ name }) => path === `${name}.deb`);
  return debian && (await debOf(debian));
}

function debianPackages(): readonly DebianPackage[] {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const version = '99:1.0';
  const packages = new Map<string, DebianPackage>();
  for (const name of catalog().flatMap(({ aptPackages }) => aptPackages ?? [])) {
    packages.set(name, { name, version, architecture, files: [] });
  }
  for (const { name, source } of entriesOf('apt')) {
    const content = tinyProgram(architecture, `${name} version 1.0\n`);
    const files = [{ path: `./usr/bin/${name}`, content, isExecutable: true }];
    packages.set(source.package, { name: source.package, version, architecture, files });
  }
  return [...packages.values()];
}

/** A file of Debian's mirror. What never changes under its name is kept. */
async function mirrored(path: string): Promise<Buffer | undefined> {
  const kept = join(cacheFolder, 'debian', path);
  const isImmutable = /^pool\/|\/by-hash\//.test(path) && !path.split('/').includes('..');
  if (isImmutable && existsSync(kept)) return readFileSync(kept);
  const response = await fetch(`${(await debianMirror()).replace(/\/$/, '')}/${path}`);
  if (!response.ok) return undefined;
  const content = Buffer.from(await response.arrayBuffer());
  if (isImmutable) {
    mkdirSync(dirname(kept), { recursive: true });
    // Not seen half-written by another run.
    writeFileSync(`${kept}.${process.pid}`, content);
    renameSync(`${kept}.${process.pid}`, kept);
  }
  return content;
}

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

const codeCache = new URL('../../../../src/adapters/files/codeCache.ts', import.meta.url).href;

describe('requireKept', () => {
  let folder: string;
  let storage: string;
  let file: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'openclaw-vm-code-'));
    file = path.join(folder, 'bundle.kept.js');
    writeFileSync(path.join(folder, 'other.js'), "module.exports = 'other';");
  });

  beforeEach(() => {
    storage = mkdtempSync(path.join(folder, 'storage-'));
    writeFileSync(file, bundle('first'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('gives the exports of the file, with its own requires, whether or not code is kept', () => {
    for (const start of ['before', 'keeps', 'uses'])
      assert.deepEqual(load({ keep: start !== 'before' }), { word: 'first', other: 'other', name: 'bundle.kept.js' });
    assert.equal(readdirSync(storage).length, 1);
  });

  it('takes the kept code, and does not write it again', () => {
    load({ keep: true });
    const kept = keptFile();
    const bytes = readFileSync(kept);
    assert.equal(load({ keep: true }).word, 'first');
    assert.deepEqual(readFileSync(keptFile()), bytes);
    assert.equal(keptFile(), kept);
  });

  it('keeps nothing of a file that has changed, also where its length is the same', () => {
    load({ keep: true });
    const bytes = readFileSync(keptFile());
    writeFileSync(file, bundle('other'));
    assert.equal(load({ keep: true }).word, 'other');
    assert.notDeepEqual(readFileSync(keptFile()), bytes);
    assert.equal(load({ keep: true }).word, 'other');
  });

  it('gives no broken code to V8', () => {
    load({ keep: true });
    const kept = keptFile();
    const bytes = readFileSync(kept);
    const at = Math.floor(bytes.length * 0.75);
    bytes.fill(0xff, at, at + 64);
    writeFileSync(kept, bytes);
    assert.equal(load({ keep: true }).word, 'first');
    assert.notDeepEqual(readFileSync(keptFile()), bytes);
  });

  it('gives no half of a file to V8', () => {
    load({ keep: true });
    const kept = keptFile();
    const bytes = readFileSync(kept);
    for (const length of [0, bytes.length / 2, bytes.length - 8]) {
      writeFileSync(kept, bytes.subarray(0, length));
      assert.equal(load({ keep: true }).word, 'first');
      assert.equal(readFileSync(keptFile()).length, bytes.length);
    }
  });

  it('works where nothing can be written', () => {
    storage = path.join(file, 'no-folder');
    assert.equal(load({ keep: true }).word, 'first');
  });

  function bundle(word: string): string {
    return `(function (exports, require, module, __filename) { 'use strict';
const word = () => '${word}';
module.exports = { word: word(), other: require('./other.js'), name: require('node:path').basename(__filename) };
})`;
  }

  /** As the build does it. */
  function digestOf(path: string): string {
    return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
  }

  function keptFile(): string {
    const [name, ...more] = readdirSync(storage);
    assert.ok(name !== undefined && more.length === 0, 'one file is kept');
    return path.join(storage, name);
  }

  /** In a process of its own, as each start of the extension host is one. */
  function load({ keep }: { readonly keep: boolean }): { word: string; other: string; name: string } {
    const script = `import { keepCodeIn, requireKept } from ${JSON.stringify(codeCache)};
${keep ? `keepCodeIn(${JSON.stringify(storage)}, 0);` : ''}
process.stdout.write(JSON.stringify(requireKept(${JSON.stringify(file)}, ${JSON.stringify(digestOf(file))})));
setTimeout(() => {}, 50);`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  }
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pack } from 'tar-stream';
import { packFolder } from '../../../../src/adapters/files/packFolder.ts';
import { LocalMachineFiles } from '../../../../src/adapters/local/LocalMachineFiles.ts';
import { UserFacingError } from '../../../../src/core/UserFacingError.ts';

const root = mkdtempSync(join(tmpdir(), 'machine-files-'));
after(() => rmSync(root, { recursive: true }));
const files = new LocalMachineFiles();
const folder = (): string => mkdtempSync(join(root, 'f-'));

describe('LocalMachineFiles', () => {
  it('reads what it wrote, with its mode, in folders that were missing', async () => {
    const path = join(folder(), 'a', 'b c.txt');
    await files.writeText(path, 'héllo\r\n', 0o640);
    assert.equal(await files.readText(path), 'héllo\r\n');
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.deepEqual(await files.list(join(path, '..')), ['b c.txt']);
  });
  it('writes through a symbolic link', async () => {
    const inside = folder();
    writeFileSync(join(inside, 'real'), 'old');
    symlinkSync('real', join(inside, 'link'));
    await files.writeText(join(inside, 'link'), 'new', 0o600);
    assert.equal(readFileSync(join(inside, 'real'), 'utf8'), 'new');
    assert.deepEqual(readdirSync(inside).sort(), ['link', 'real']);
  });
  it('tells what is not there from what cannot be read', async () => {
    assert.equal(await files.readText(join(root, 'none')), undefined);
    assert.equal(await files.list(join(root, 'none')), undefined);
    await assert.rejects(files.readText(root), UserFacingError);
  });
  it('unpacks over a folder and keeps what the tar does not hold', async () => {
    const source = folder();
    mkdirSync(join(source, 'sub', 'empty'), { recursive: true });
    writeFileSync(join(source, 'sub', 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(source, 'Dockerfile'), 'FROM x\n');
    const target = folder();
    writeFileSync(join(target, '.env'), 'SECRET=1');
    writeFileSync(join(target, 'Dockerfile'), 'FROM old\n');
    await files.unpackFolder(target, packFolder(source));
    assert.deepEqual(readdirSync(target, { recursive: true }).sort(), [
      '.env',
      'Dockerfile',
      'sub',
      'sub/empty',
      'sub/run.sh',
    ]);
    assert.equal(readFileSync(join(target, 'Dockerfile'), 'utf8'), 'FROM x\n');
    assert.equal(statSync(join(target, 'sub', 'run.sh')).mode & 0o777, 0o755);
  });
  it('changes nothing where the stream breaks', async () => {
    const target = folder();
    writeFileSync(join(target, 'Dockerfile'), 'FROM old\n');
    async function* broken(): AsyncGenerator<Uint8Array> {
      const tar = pack();
      tar.entry({ name: 'Dockerfile' }, 'FROM new\n');
      for await (const chunk of tar as AsyncIterable<Uint8Array>) {
        yield chunk;
        break;
      }
      throw new Error('cut');
    }
    await assert.rejects(files.unpackFolder(target, broken()), /cut/);
    assert.equal(readFileSync(join(target, 'Dockerfile'), 'utf8'), 'FROM old\n');
    assert.deepEqual(
      readdirSync(join(target, '..')).filter((name) => name.includes('openclaw-vm-')),
      [],
    );
  });
  it('refuses a tar that reaches outside of the folder', async () => {
    const tar = pack();
    tar.entry({ name: '../outside' }, 'x');
    tar.finalize();
    const target = folder();
    await assert.rejects(files.unpackFolder(target, tar as AsyncIterable<Uint8Array>), /outside/);
    assert.equal(await files.readText(join(target, '..', 'outside')), undefined);
  });
});

describe('packFolder', () => {
  async function listed(source: string): Promise<readonly string[]> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of packFolder(source)) chunks.push(chunk);
    return execFileSync('tar', ['-tvf', '-'], { input: Buffer.concat(chunks), encoding: 'utf8' })
      .trim()
      .split('\n');
  }
  it('leaves out history, packages and secrets, at any depth, and keeps the rest', async () => {
    const source = folder();
    for (const name of ['.git', 'node_modules', 'sub/node_modules']) mkdirSync(join(source, name), { recursive: true });
    for (const name of [
      '.git/x',
      'node_modules/x',
      'sub/node_modules/x',
      '.env',
      'sub/.env',
      '.env.example',
      '.dockerignore',
      'sub/ü b',
      'empty',
    ]) {
      writeFileSync(join(source, name), name === 'empty' ? '' : 'text');
    }
    symlinkSync('sub/ü b', join(source, 'link'));
    const names = (await listed(source)).map((line) => line.split(/:\d\d /)[1]);
    assert.deepEqual(
      names,
      ['.dockerignore', '.env.example', 'empty', 'link -> sub/ü b', 'sub', 'sub/ü b'].map((name) =>
        // GNU tar prints other bytes than ASCII as octal numbers outside of a UTF-8 locale.
        name.replace('ü', names.some((seen) => seen?.includes('\\303')) ? '\\303\\274' : 'ü'),
      ),
    );
  });
  it('keeps modes and names no owner', async () => {
    const source = folder();
    writeFileSync(join(source, 'run.sh'), 'x', { mode: 0o755 });
    assert.match((await listed(source))[0] ?? '', /^-rwxr-xr-x (?:0\/0|root\/root)/);
  });
  it('packs a file that is larger than any buffer', async () => {
    const source = folder();
    writeFileSync(join(source, 'big'), Buffer.alloc(5_000_000, 7));
    assert.match((await listed(source))[0] ?? '', / 5000000 /);
  });
  it('names a folder that is not there', async () => {
    await assert.rejects(
      listed(join(root, 'none')),
      (error) => error instanceof UserFacingError && /none/.test(error.message),
    );
  });
  it('stops where nobody reads on', async () => {
    const source = folder();
    writeFileSync(join(source, 'big'), Buffer.alloc(5_000_000, 7));
    for await (const _ of packFolder(source)) break;
  });
  it('stops with the signal', async () => {
    const source = folder();
    writeFileSync(join(source, 'a'), 'x');
    const packed = packFolder(source, AbortSignal.abort(new Error('enough')));
    await assert.rejects(async () => {
      for await (const _ of packed);
    }, /enough/);
  });
});

import { isAscii } from 'node:buffer';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/**
 * Requires a CommonJS file of ours. Where code is kept, V8 takes what it compiled the last time instead of compiling the file and its
 * functions again, which is most of the time that loading takes. (Node's own compile cache would be switched on for the whole
 * extension host, for everybody's modules, and Node 20 has none.)
 */
export function requireKept(file: string): unknown {
  const nodeRequire = createRequire(file);
  if (folder === undefined) return nodeRequire(file);
  // Only here, because this file is read when the extension starts. Another digest's library would take longer to load than all of this.
  const { crc32 } = nodeRequire('node:zlib') as typeof import('node:zlib');
  // Node 20.15 brought it.
  if (crc32 === undefined) return nodeRequire(file);
  const bytes = readFileSync(file);
  const kept = keptFile(file, bytes, crc32);
  const cachedData = readKept(kept, crc32);
  // The bundler writes ASCII, which is taken as it is.
  const source = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, nodeRequire, module, file, path.dirname(file));
  if (cachedData === undefined || script.cachedDataRejected === true) keepLater(script, kept, crc32);
  return module.exports;
}

/** From now on compiled code is kept in this folder, which need not exist. */
export function keepCodeIn(storage: string, delayMs = defaultDelayMs): void {
  folder = storage;
  keepDelayMs = delayMs;
}

/** By then the functions that a start needs are compiled, and the start is over. */
const defaultDelayMs = 10_000;
const checksumBytes = 4;

type Checksum = (data: Uint8Array) => number;

let folder: string | undefined;
let keepDelayMs = defaultDelayMs;

/** V8 looks only at the length of the source, so the name stands for all of it, and for what compiled it. */
function keptFile(file: string, source: Uint8Array, checksum: Checksum): string {
  const key = [process.versions.v8, process.arch, source.length, checksum(source).toString(16)].join('-');
  return path.join(folder ?? '', `${path.basename(file, '.js')}-${key}.code`);
}

/** V8 trusts what it is given, so a file that is not as it was written is not given to it. */
function readKept(file: string, checksum: Checksum): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(checksumBytes);
    return checksum(code) === bytes.readUInt32LE() ? code : undefined;
  } catch {
    return undefined;
  }
}

function keepLater(script: Script, file: string, checksum: Checksum): void {
  const keep = (): void => {
    try {
      const storage = path.dirname(file);
      const [bundle] = path.basename(file).split('-');
      const code = script.createCachedData();
      const start = Buffer.alloc(checksumBytes);
      start.writeUInt32LE(checksum(code));
      mkdirSync(storage, { recursive: true });
      for (const old of readdirSync(storage)) if (old.startsWith(`${bundle}-`)) rmSync(path.join(storage, old));
      const partial = `${file}.${process.pid}`;
      writeFileSync(partial, Buffer.concat([start, code]));
      renameSync(partial, file);
    } catch {
      // A full or read-only disk costs the next start some milliseconds.
    }
  };
  setTimeout(keep, keepDelayMs).unref();
}

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
  const bytes = readFileSync(file);
  const kept = keptFile(file);
  const cachedData = readKept(kept, bytes);
  // The bundler writes ASCII, which is taken as it is.
  const source = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, nodeRequire, module, file, path.dirname(file));
  if (cachedData === undefined || script.cachedDataRejected === true) keepLater(script, kept, bytes);
  return module.exports;
}

/** From now on compiled code is kept in this folder, which need not exist. */
export function keepCodeIn(storage: string, delayMs = defaultDelayMs): void {
  folder = storage;
  keepDelayMs = delayMs;
}

/** By then the functions that a start needs are compiled, and the start is over. */
const defaultDelayMs = 10_000;

let folder: string | undefined;
let keepDelayMs = defaultDelayMs;

function keptFile(file: string): string {
  const name = [path.basename(file, '.js'), process.versions.v8, process.arch].join('-');
  return path.join(folder ?? '', `${name}.code`);
}

/**
 * The compiled code in a file of ours: what it was compiled from, and the code twice. V8 trusts what it is given and looks only at the
 * length of the source, so both are compared; to load a library that makes digests takes longer than all of this.
 */
function readKept(file: string, source: Buffer): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const middle = (source.length + bytes.length) / 2;
    const code = bytes.subarray(source.length, middle);
    const isWhole = bytes.subarray(0, source.length).equals(source) && bytes.subarray(middle).equals(code);
    return isWhole && code.length > 0 ? code : undefined;
  } catch {
    return undefined;
  }
}

function keepLater(script: Script, file: string, source: Buffer): void {
  const keep = (): void => {
    try {
      const storage = path.dirname(file);
      const [bundle] = path.basename(file).split('-');
      const code = script.createCachedData();
      mkdirSync(storage, { recursive: true });
      for (const old of readdirSync(storage)) if (old.startsWith(`${bundle}-`)) rmSync(path.join(storage, old));
      const partial = `${file}.${process.pid}`;
      writeFileSync(partial, Buffer.concat([source, code, code]));
      renameSync(partial, file);
    } catch {
      // A full or read-only disk costs the next start some milliseconds.
    }
  };
  setTimeout(keep, keepDelayMs).unref();
}

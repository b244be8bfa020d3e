import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/**
 * Requires a CommonJS file of ours that the build has put into a function, as Node does it when it loads one. Where code is kept, V8 takes
 * what it compiled the last time instead of compiling the file and its functions again, which is most of the time that loading takes.
 * (Node's own compile cache would be switched on for the whole extension host, for everybody's modules, and Node 20 has none.)
 * `contents`: a digest of the file, which the build has made.
 */
export function requireKept(file: string, contents: string): unknown {
  const kept = folder === undefined ? undefined : keptFile(folder, file, contents);
  const cachedData = kept === undefined ? undefined : readKept(kept);
  // The bundler writes ASCII, which is taken as it is: to look through it for other characters takes as long as to read it.
  const source = readFileSync(file, 'latin1');
  const script = new Script(source, { filename: file, ...(cachedData === undefined ? {} : { cachedData }) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file));
  if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) keepLater(script, kept);
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

function keptFile(storage: string, file: string, contents: string): string {
  const name = [path.basename(file, '.js'), contents, process.versions.v8, process.arch].join('-');
  return path.join(storage, `${name}.code`);
}

/**
 * The compiled code in a file of ours, which holds it twice. V8 trusts what it is given, so both are compared; to load a library that makes
 * digests takes longer.
 */
function readKept(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(0, bytes.length / 2);
    return code.length > 0 && bytes.subarray(code.length).equals(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function keepLater(script: Script, file: string): void {
  const keep = (): void => {
    try {
      const storage = path.dirname(file);
      const [bundle] = path.basename(file).split('-');
      const code = script.createCachedData();
      mkdirSync(storage, { recursive: true });
      for (const old of readdirSync(storage)) if (old.startsWith(`${bundle}-`)) rmSync(path.join(storage, old));
      const partial = `${file}.${process.pid}`;
      writeFileSync(partial, Buffer.concat([code, code]));
      renameSync(partial, file);
    } catch {
      // A full or read-only disk costs the next start some milliseconds.
    }
  };
  setTimeout(keep, keepDelayMs).unref();
}

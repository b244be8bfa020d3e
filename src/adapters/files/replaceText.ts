import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

export type ReplaceResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Puts a text in the place of a file's as a whole: others see the old file or the new one, also when this ends in between. The file
 * keeps its mode and, as far as the system lets us, its owner; a link keeps leading to it.
 * @param before - the text that the new one was made of; the file must still hold it. `undefined`: there must be no file yet.
 */
export function replaceText(file: string, before: string | undefined, after: string): ReplaceResult {
  // Projects name files with `/` in front and between on every system.
  const path = sep === '/' ? file : file.replace(/^\/(?=[A-Za-z]:)/, '').replaceAll('/', sep);
  let temporary: string | undefined;
  try {
    const target = before === undefined ? path : realpathSync(path);
    const found = before === undefined ? undefined : statSync(target);
    // What is no UTF-8 would be written back as something else.
    if (before !== undefined && !readFileSync(target).equals(Buffer.from(before))) {
      return { ok: false, reason: 'it has changed in the meantime, or is not UTF-8' };
    }
    temporary = join(dirname(target), `.${basename(target)}.${process.pid}.openclaw-vm`);
    writeWhole(temporary, after, found);
    renameSync(temporary, target);
    return { ok: true };
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function writeWhole(path: string, text: string, like: Stats | undefined): void {
  const file = openSync(path, 'wx', 0o666);
  try {
    writeFileSync(file, text);
    if (like !== undefined) {
      keepOwner(path, like);
      fchmodSync(file, like.mode & 0o7777);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Only root may give a file away. */
function keepOwner(path: string, { uid, gid }: Stats): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // The file then belongs to the person who runs this.
  }
}

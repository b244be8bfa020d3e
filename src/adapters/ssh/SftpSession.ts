import type { SFTPWrapper, Stats } from 'ssh2';

/** A name in a folder. */
export interface SftpEntry {
  readonly name: string;
  readonly modifiedAtS: number;
}

/** The file operations of one SFTP channel, as promises. They reject with what the server answered (`isSftpAnswer`), or with `lost`. */
export class SftpSession {
  readonly #sftp: SFTPWrapper;
  readonly #lost: Promise<never>;

  /** `lost` rejects when the channel is closed: ssh2 never answers what is asked after that. */
  constructor(sftp: SFTPWrapper, lost: Promise<never>) {
    this.#sftp = sftp;
    this.#lost = lost;
  }

  /** Whether the server can put a file in another one's place without a moment in which neither is there. */
  get replacesInOneStep(): boolean {
    return extensionsOf(this.#sftp)['posix-rename@openssh.com'] === '1';
  }

  /** The bytes of a file, or `undefined` where there is none. Rejects where it is larger than `maxBytes`, whatever its size is said to be. */
  async readFile(path: string, maxBytes: number): Promise<Buffer | undefined> {
    const stats = await orAbsent(this.#ask<Stats>((done) => this.#sftp.stat(path, done)));
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) throw new SftpAnswer('it is a folder');
    // A pipe would wait for a writer, a device may never end. Some servers tell no type.
    if ((stats.mode & TYPE_BITS) !== 0 && !stats.isFile()) throw new SftpAnswer('it is no file');
    const bytes = await orAbsent(this.#ask<Buffer>((done) => this.#readUpTo(path, maxBytes + 1, done)));
    if (bytes !== undefined && bytes.length > maxBytes) {
      throw new SftpAnswer(`it is larger than ${Math.floor(maxBytes / 2 ** 20)} MB`);
    }
    return bytes;
  }

  #readUpTo(path: string, maxBytes: number, done: (error: Error | undefined, bytes?: Buffer) => void): void {
    const chunks: Buffer[] = [];
    this.#sftp
      .createReadStream(path, { end: maxBytes - 1 })
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('error', done)
      .once('end', () => done(undefined, Buffer.concat(chunks)));
  }

  /** What is in a folder, or `undefined` where there is no such folder. */
  async readFolder(path: string): Promise<readonly SftpEntry[] | undefined> {
    type Entries = readonly { readonly filename: string; readonly attrs: { readonly mtime: number } }[];
    const entries = await orAbsent(this.#ask<Entries>((done) => this.#sftp.readdir(path, done)));
    return entries?.map(({ filename, attrs }) => ({ name: filename, modifiedAtS: attrs.mtime }));
  }

  async exists(path: string): Promise<boolean> {
    return (await orAbsent(this.#ask<Stats>((done) => this.#sftp.stat(path, done)))) !== undefined;
  }

  /** The path without links, or `undefined` where nothing is there. */
  async realPath(path: string): Promise<string | undefined> {
    return (await this.exists(path)) ? this.#ask<string>((done) => this.#sftp.realpath(path, done)) : undefined;
  }

  makeFolder(path: string): Promise<void> {
    return this.#ask((done) => this.#sftp.mkdir(path, done));
  }

  /** Nobody but the user may read it before it has its mode. Rejects where the path is taken. */
  async writeNewFile(path: string, bytes: Buffer, mode: number): Promise<void> {
    const handle = await this.#ask<Buffer>((done) => this.#sftp.open(path, 'wx', 0o600, done));
    try {
      if (bytes.length > 0) await this.#ask<void>((done) => this.#sftp.write(handle, bytes, 0, bytes.length, 0, done));
      await this.#ask<void>((done) => this.#sftp.fchmod(handle, mode, done));
      // Else a VM that loses its power may have the new name and none of its bytes.
      if (extensionsOf(this.#sftp)['fsync@openssh.com'] === '1')
        await this.#ask<void>((done) => this.#sftp.ext_openssh_fsync(handle, (error) => done(error)));
    } finally {
      await this.#ask<void>((done) => this.#sftp.close(handle, done));
    }
  }

  replace(from: string, to: string): Promise<void> {
    return this.#ask((done) => this.#sftp.ext_openssh_rename(from, to, done));
  }

  remove(path: string): Promise<void> {
    return this.#ask((done) => this.#sftp.unlink(path, done));
  }

  #ask<T>(send: (done: (error: Error | null | undefined, value?: T) => void) => unknown): Promise<T> {
    const answer = new Promise<T>((resolve, reject) => {
      send((error, value) => {
        if (!error) resolve(value as T);
        // Every other error is that of a lost channel, which `lost` explains.
        else if (isSftpAnswer(error)) reject(error);
      });
    });
    return Promise.race([answer, this.#lost]);
  }
}

/** An answer of our own that is told like the server's. */
class SftpAnswer extends Error {
  readonly code = FAILURE;
}

const TYPE_BITS = 0o170000;

// draft-ietf-secsh-filexfer-02, section 7.
const NO_SUCH_FILE = 2;
const FAILURE = 4;
const NO_CONNECTION = 6;

/** The server answered, with a reason that the file system gave; else the connection failed. */
export function isSftpAnswer(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code < NO_CONNECTION;
}

function isAbsent(error: unknown): boolean {
  return isSftpAnswer(error) && 'code' in error && error.code === NO_SUCH_FILE;
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** ssh2 keeps what the server announced to itself. */
function extensionsOf(sftp: SFTPWrapper): Readonly<Record<string, string>> {
  return (sftp as unknown as { readonly _extensions?: Record<string, string> })._extensions ?? {};
}

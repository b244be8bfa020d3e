import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { crc32, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A file of an archive, or a symbolic link. */
export type ArchiveFile = {
  readonly path: string;
  readonly content?: string | Buffer;
  readonly linkTo?: string;
  readonly isExecutable?: boolean;
};

export type Compression = 'tar.gz' | 'tar.bz2' | 'tar.xz';

// A fixed time: the same archive has the same checksum each time.
const mtime = new Date(0);

/** @param owner - default: some user of the machine that packed it, as in real releases. */
export async function tarOf(files: readonly ArchiveFile[], compression: Compression, owner = 1001): Promise<Buffer> {
  const archive = pack();
  const chunks: Buffer[] = [];
  for (const { path, content = '', linkTo, isExecutable } of files) {
    const header = { name: path, mode: isExecutable === true ? 0o755 : 0o644, mtime, uid: owner, gid: owner };
    if (linkTo === undefined) archive.entry(header, content);
    else archive.entry({ ...header, type: 'symlink', linkname: linkTo });
  }
  archive.finalize();
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const tar = Buffer.concat(chunks);
  return compression === 'tar.gz' ? gzipSync(tar) : compressed(compression === 'tar.xz' ? 'xz' : 'bzip2', tar);
}

function compressed(program: string, input: Buffer): Buffer {
  const { status, stdout, error } = spawnSync(program, ['-c'], { input, maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${program} does not run: install it.`, { cause: error });
  return stdout;
}

/** A zip file of stored, uncompressed files (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). */
export function zipOf(files: readonly ArchiveFile[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, content = '', isExecutable } of files) {
    const data = Buffer.from(content);
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100000 + (isExecutable === true ? 0o755 : 0o644)) * 65536, 6);
    rest.writeUInt32LE(offset, 10);
    // 0x03: made on Unix, so that the mode counts.
    central.push(Buffer.from('504b01021403', 'hex'), common, rest, name);
    parts.push(Buffer.from('504b0304', 'hex'), common, name, data);
    offset += 4 + common.length + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

export type DebianPackage = {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly files: readonly ArchiveFile[];
};

/** A Debian package (deb(5)): an `ar` archive of three members. */
export async function debOf(debian: DebianPackage): Promise<Buffer> {
  const control = [...controlLines(debian), ''].join('\n');
  const members: readonly (readonly [string, Buffer])[] = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', await tarOf([{ path: './control', content: control }], 'tar.gz', 0)],
    ['data.tar.gz', await tarOf(debian.files, 'tar.gz', 0)],
  ];
  const parts = members.flatMap(([name, content]) => [
    Buffer.from(`${name.padEnd(16)}${'0'.padEnd(12)}0     0     100644  ${String(content.length).padEnd(10)}\`\n`),
    content,
    Buffer.alloc(content.length % 2, '\n'),
  ]);
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

export function controlLines({ name, version, architecture }: DebianPackage): readonly string[] {
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: Test hosts <test@example.org>',
    `Description: ${name} of the test hosts`,
  ];
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { builtInCatalog } from '../../../src/core/binaries/BinaryCatalog.ts';
import type { Architecture } from '../../../src/core/binaries/catalog.ts';

/** A file of a GitHub release, under the name that the real release gives it. */
export type ReleaseAsset = {
  readonly repository: string;
  readonly formerRepositories: readonly string[];
  readonly tag: string;
  readonly name: string;
  /** The release's file of checksums. */
  readonly checksumsName: string;
  readonly content: Buffer;
  readonly sha256: string;
};

/**
 * The asset of a catalog binary for an architecture: the real name and archive layout, around a tiny program of ours that
 * answers `--version`. For another architecture than this machine's it holds an executable that cannot start here.
 *
 * @param version - default: the catalog's.
 * @throws Error when the catalog has no `.tar.gz` release of that binary.
 */
export async function releaseAsset(bin: string, architecture: Architecture, version?: string): Promise<ReleaseAsset> {
  const binary = builtInCatalog.find(bin);
  const source = binary?.source;
  const wanted = version ?? binary?.version;
  const template = source?.kind === 'githubRelease' ? source.assets[architecture]?.name : undefined;
  if (
    source?.kind !== 'githubRelease' ||
    source.archive !== 'tar.gz' ||
    template === undefined ||
    wanted === undefined
  ) {
    throw new Error(`The catalog has no tar.gz release of "${bin}" for ${architecture}.`);
  }
  const filled = (text: string): string => text.replaceAll('{version}', wanted).replaceAll('{arch}', architecture);
  const machine: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const program = architecture === machine ? script(bin, wanted) : foreignExecutable(architecture);
  const content = await tarGz(filled(source.innerPath ?? bin), program);
  return {
    repository: source.repository,
    formerRepositories: source.formerRepositories ?? [],
    tag: filled(source.tag),
    name: filled(template),
    checksumsName: filled(source.checksums ?? 'checksums.txt'),
    content,
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}

function script(bin: string, version: string): Buffer {
  return Buffer.from(`#!/bin/sh
case "\${1-}" in
--version | version) echo "${bin} version ${version}" ;;
*) echo "${bin}: try --version" >&2; exit 2 ;;
esac
`);
}

/** Only an ELF header (elf(5)): enough for the kernel to say `Exec format error`. */
function foreignExecutable(architecture: Architecture): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header.set([2, 1, 1], 4);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(architecture === 'arm64' ? 183 : 62, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  return header;
}

async function tarGz(path: string, program: Buffer): Promise<Buffer> {
  const archive = pack();
  const chunks: Buffer[] = [];
  // A fixed time: the same asset has the same checksum each time.
  const mtime = new Date(0);
  archive.entry({ name: 'LICENSE', mtime }, 'A program of the test hosts.\n');
  archive.entry({ name: path, mode: 0o755, mtime }, program);
  archive.finalize();
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

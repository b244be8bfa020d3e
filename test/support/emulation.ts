import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Architecture } from '../../src/core/binaries/catalog.ts';

/** The architecture that this machine does not have. */
export const foreignArchitecture: Architecture = process.arch === 'arm64' ? 'amd64' : 'arm64';

const emulators = {
  arm64: {
    program: '/usr/bin/qemu-aarch64-static',
    magic: String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`,
    mask: String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`,
  },
  amd64: {
    program: '/usr/bin/qemu-x86_64-static',
    magic: String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00`,
    mask: String.raw`\xff\xff\xff\xff\xff\xfe\xfe\xfc\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`,
  },
} as const;

/**
 * Lets the kernel run static programs of `foreignArchitecture` with QEMU, also in containers (binfmt_misc, flag F), until the
 * function that it gives is called. Needs root and the package qemu-user-static.
 */
export function emulateForeignArchitecture(): () => void {
  const { program, magic, mask } = emulators[foreignArchitecture];
  if (!existsSync(program)) throw new Error(`${program} is missing: install the package qemu-user-static.`);
  const folder = mkdtempSync(path.join(tmpdir(), 'openclaw-vm-binfmt-'));
  execFileSync('mount', ['-t', 'binfmt_misc', 'none', folder]);
  const name = `ocvm-${process.pid}`;
  const stop = (): void => {
    if (!existsSync(folder)) return;
    if (existsSync(path.join(folder, name))) writeFileSync(path.join(folder, name), '-1');
    execFileSync('umount', [folder]);
    rmdirSync(folder);
  };
  try {
    writeFileSync(path.join(folder, 'register'), `:${name}:M::${magic}:${mask}:${program}:F`);
  } catch (error) {
    stop();
    throw error;
  }
  process.once('exit', stop);
  return stop;
}

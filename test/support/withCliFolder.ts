import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** The command line in a folder of its own for each test of a suite. */
export interface CliFolder {
  /** The script that Node runs. */
  readonly program: string;
  /** Of the test that runs. */
  readonly folder: string;
  /** Texts by their paths in the folder. */
  write(files: Readonly<Record<string, string>>): void;
  run(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
}

/** To be called once, outside of all tests. */
export function withCliFolder(): CliFolder {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'openclaw-vm-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    program,
    get folder() {
      return folder;
    },
    write: (files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    },
    run: (...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    },
  };
}

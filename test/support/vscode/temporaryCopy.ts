import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import type { Reaper } from '../reaper.ts';
import { projectRoot } from './codeServer.ts';

export const exampleFolder = path.join(projectRoot, 'test/fixtures/example/openclaw-gateway');

/** A copy of a folder under the same name in a new temporary place, so that no suite changes the project or another suite. */
export function temporaryCopy(reaper: Reaper, folder: string = exampleFolder): string {
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder} to copy for the suite.`);
  const copy = path.join(reaper.temporaryDirectory('workspace'), path.basename(folder));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rules } from '../../../src/core/lint/rules/index.ts';
import { generateDockerfile, seededRandom } from '../../bench/generateDockerfile.ts';

/** Files by path relative to the project. */
export type Files = Readonly<Record<string, string>>;

/** Projects that make sense, from which broken ones are made: each rule's examples, the example project, generated Dockerfiles. */
export const corpus: readonly Files[] = [
  readFolder(fileURLToPath(new URL('../../fixtures/example/openclaw-gateway', import.meta.url))),
  ...rules.flatMap(({ bad, good }) => [bad, good]),
  ...generated(20),
];

/** The projects that hold a file of a kind. */
export function projectsWith(isWanted: (name: string) => boolean): readonly Files[] {
  return corpus.filter((files) => Object.keys(files).some(isWanted));
}

function readFolder(folder: string): Files {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.split(path.sep).join('/'))
      .filter((name) => statSync(path.join(folder, name)).isFile())
      .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );
}

function generated(count: number): readonly Files[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => ({ Dockerfile: generateDockerfile(random) }));
}

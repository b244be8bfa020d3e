import { realpathSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { sep } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import {
  joinParts,
  lintPart,
  type PartProblems,
  type ProjectParts,
  type WantedFixes,
} from '../../core/lint/lintParts.ts';
import type { Problem } from '../../core/lint/Problem.ts';

/**
 * Lints the parts of a project in as many threads as the machine runs at once, this one among them. `undefined`: it has no parts, and has
 * to be linted as a whole. The program's own file is what another thread runs; there it has to call `lintInThisThread`.
 */
export async function lintInThreads(parts: ProjectParts, fixes: WantedFixes): Promise<readonly Problem[] | undefined> {
  const work: Work = { parts, fixes, next: new Int32Array(new SharedArrayBuffer(4)) };
  const others = Math.min(availableParallelism(), maxThreads, Math.floor(parts.own.length / minPartsPerThread)) - 1;
  const answers = Array.from({ length: others }, () => startThread(work));
  const results = [doWork(work), ...(await Promise.all(answers))];
  if (results.some((result) => result === undefined)) return undefined;
  return joinParts(results.flatMap((result) => result ?? []));
}

/** What another thread than the first one does. */
export function lintInThisThread(): void {
  parentPort?.postMessage(doWork(workerData as Work));
}

/** A thread needs a while to start and to get quick. */
const minPartsPerThread = 8;
const maxThreads = 8;

interface Work {
  readonly parts: ProjectParts;
  readonly fixes: WantedFixes;
  /** The part that nobody has begun yet; all threads share it. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

type Result = readonly PartProblems[] | undefined;

function doWork({ parts, fixes, next }: Work): Result {
  const found: PartProblems[] = [];
  for (;;) {
    const own = parts.own[Atomics.add(next, 0, 1)];
    if (own === undefined) return found;
    const problems = lintPart(parts, own, isFile, fixes);
    if (problems === undefined) {
      // Nobody needs to begin another one.
      Atomics.store(next, 0, parts.own.length);
      return undefined;
    }
    found.push(problems);
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path.replaceAll('/', sep), { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // A name that is none, or a folder that nobody may look into.
    return false;
  }
}

/** Where no other thread can run, the project is linted as a whole. */
function startThread(work: Work): Promise<Result> {
  return new Promise((resolve) => {
    const thread = new Worker(realpathSync(process.argv[1] ?? ''), { workerData: work, argv: [] });
    thread.once('message', (result: Result) => {
      resolve(result);
      void thread.terminate();
    });
    thread.once('error', () => resolve(undefined));
  });
}

import { realpathSync, type Stats, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { sep } from 'node:path';
import { parentPort, Worker } from 'node:worker_threads';
import {
  joinParts,
  lintPart,
  type PartProblems,
  type ProjectParts,
  partSize,
  type WantedFixes,
} from '../../core/lint/lintParts.ts';
import type { Problem } from '../../core/lint/Problem.ts';

/**
 * Lints the parts of a project in as many threads as the machine runs at once, this one among them. The program's own file is what another
 * thread runs; there it has to call `lintInThisThread`.
 */
export class LintThreads {
  readonly #waiting: StartedThread[] = [];
  /** Asked once: the answer may lie in files of the system. */
  readonly #maxOthers = Math.min(availableParallelism(), maxThreads) - 1;

  /** So many Dockerfiles have been read, and there may be more: other threads start meanwhile, where that pays. */
  expect(dockerfiles: number): void {
    this.#start(Math.floor(dockerfiles / partSize));
  }

  /** `undefined`: it has no parts, and has to be linted as a whole. */
  async lint(parts: ProjectParts, fixes: WantedFixes): Promise<readonly Problem[] | undefined> {
    const work: Work = { parts, fixes, next: new Int32Array(new SharedArrayBuffer(4)) };
    this.#start(parts.own.length);
    const answers = this.#waiting.splice(0).map((thread) => giveWork(thread, work));
    const results = [doWork(work), ...(await Promise.all(answers))];
    if (results.some((result) => result === undefined)) return undefined;
    return joinParts(results.flatMap((result) => result ?? []));
  }

  #start(parts: number): void {
    const others = Math.min(this.#maxOthers, Math.floor(parts / minPartsPerThread) - 1);
    while (this.#waiting.length < others) this.#waiting.push(startThread());
  }
}

/** What another thread than the first one does. */
export function lintInThisThread(): void {
  parentPort?.once('message', (work: Work) => parentPort?.postMessage(doWork(work)));
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
  const disk = new Disk();
  for (;;) {
    const own = parts.own[Atomics.add(next, 0, 1)];
    if (own === undefined) return found;
    const problems = lintPart(parts, own, (path) => disk.isFile(path), fixes);
    if (problems === undefined) {
      // Nobody needs to begin another one.
      Atomics.store(next, 0, parts.own.length);
      return undefined;
    }
    found.push(problems);
  }
}

/** Most files that images name are not there, and many of those would be in one folder that is not there either. */
class Disk {
  readonly #folders = new Map<string, boolean>();

  isFile(path: string): boolean {
    // Server and share of Windows' network folders (`//server/share`) are none that could be asked for.
    const first = path.startsWith('//') ? path.length : 1;
    for (let slash = path.indexOf('/', first); slash !== -1; slash = path.indexOf('/', slash + 1))
      if (!this.#isFolder(path.slice(0, slash))) return false;
    return statOf(path)?.isFile() === true;
  }

  #isFolder(path: string): boolean {
    let known = this.#folders.get(path);
    if (known === undefined) {
      known = statOf(path)?.isDirectory() === true;
      this.#folders.set(path, known);
    }
    return known;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path.replaceAll('/', sep), { throwIfNoEntry: false });
  } catch {
    // A name that is none, or a folder that nobody may look into.
    return undefined;
  }
}

interface StartedThread {
  readonly thread: Worker;
  /** By itself or by an error, which may come before there is work for it. */
  readonly ended: Promise<void>;
}

/** One that gets no work does not keep the process. */
function startThread(): StartedThread {
  const thread = new Worker(realpathSync(process.argv[1] ?? ''), { argv: [] });
  thread.unref();
  const ended = new Promise<void>((resolve) => {
    thread.once('error', () => resolve());
    thread.once('exit', () => resolve());
  });
  return { thread, ended };
}

/** Where no other thread can run, the project is linted as a whole. */
function giveWork({ thread, ended }: StartedThread, work: Work): Promise<Result> {
  return new Promise((resolve) => {
    thread.ref();
    void ended.then(() => resolve(undefined));
    thread.once('message', (result: Result) => {
      resolve(result);
      void thread.terminate();
    });
    thread.postMessage(work);
  });
}

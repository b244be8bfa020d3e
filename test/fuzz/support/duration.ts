import { validate } from 'dockerfile-utils';
import { generateDockerfile, seededRandom } from '../../bench/generateDockerfile.ts';

/** 100 ms for each begun 100 KB. */
export function limitMs(characters: number): number {
  return 100 * Math.max(1, Math.ceil(characters / 100_000));
}

/**
 * What an ordinary machine does in 100 ms when nothing else runs: there `dockerfile-utils` validates 2,144 files of this shape in a
 * second.
 */
const work = filesForCalibration(214);

/**
 * How many times longer than on that machine things take here and now: the limit for a hang is not one of time but of work. It is
 * measured each time, because machines have better and worse moments.
 */
export function slowness(): number {
  const action = (): void => {
    for (const text of work) validate(text);
  };
  return undisturbedMs(action, 0) / 100;
}

function filesForCalibration(count: number): readonly string[] {
  const random = seededRandom(20260526);
  return Array.from({ length: count }, () => generateDockerfile(random));
}

/**
 * The processor time that an action takes when nothing disturbs it: where it takes longer than `enoughMs`, the best of four tries
 * counts, because a collection of garbage makes one of them slow, but not all. `round` counts the tries: nothing may be remembered
 * from the one before.
 */
export function undisturbedMs(action: (round: number) => unknown, enoughMs: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4 && best > enoughMs; round++) {
    const before = usedMs();
    action(round);
    best = Math.min(best, usedMs() - before);
  }
  return best;
}

/** Unlike a clock it stands still while other programs, and other threads of this one, have the processor. */
function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

declare global {
  namespace NodeJS {
    interface Process {
      /** Of Node 24, which runs the tests; the types are those of the Node that VS Code has. */
      threadCpuUsage(): { readonly user: number; readonly system: number };
    }
  }
}

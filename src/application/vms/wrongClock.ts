import type { MachineFacts } from '../ports/Machine.ts';

/** A difference that certificates, tokens and logs notice. */
const wrongFromS = 60;

/** How many seconds a machine's clock is ahead of (negative: behind) this one's; `undefined` where it is right, or nobody knows. */
export function wrongClock({ clockAheadS }: MachineFacts): number | undefined {
  return clockAheadS !== undefined && Math.abs(clockAheadS) >= wrongFromS ? clockAheadS : undefined;
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One figure with its peers, measured in the same run. */
export interface Metric {
  readonly id: string;
  readonly unit: string;
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  /** Ours divided by the peer that the goal is about. */
  readonly ratio: number;
  readonly goal: string;
  readonly met: boolean;
}

/** A goal about `ours / peer`. */
export function metric(
  id: string,
  unit: string,
  ours: number,
  peers: Readonly<Record<string, number>>,
  goal: { readonly atLeast?: number; readonly atMost?: number; readonly peer: string },
): Metric {
  const ratio = ours / (peers[goal.peer] ?? Number.NaN);
  const met =
    (goal.atLeast === undefined || ratio >= goal.atLeast) && (goal.atMost === undefined || ratio <= goal.atMost);
  const bound = goal.atLeast === undefined ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
  return {
    id,
    unit,
    ours: round(ours),
    peers: roundAll(peers),
    ratio: round(ratio),
    goal: `${bound} x ${goal.peer}`,
    met,
  };
}

/** Bytes of the heap that are in use, without what nobody needs any more. */
export function usedHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

export function printTable(metrics: readonly Metric[]): void {
  const rows = metrics.map(({ id, unit, ours, peers, ratio, goal, met }) => [
    id,
    `${ours} ${unit}`,
    Object.entries(peers)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    String(ratio),
    goal,
    met ? 'met' : 'MISSED',
  ]);
  const table = [['metric', 'ours', 'peers', 'ratio', 'goal', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function roundAll(values: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, round(value)]));
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMachineConnector } from '../../src/adapters/createMachineConnector.ts';
import { changedParts } from '../../src/application/vms/changedParts.ts';
import { filterView } from '../../src/application/vms/filterView.ts';
import { containersOf } from '../../src/application/vms/groupContainers.ts';
import type { MachineId, MachineState } from '../../src/application/vms/MachineState.ts';
import { VmInventory } from '../../src/application/vms/VmInventory.ts';
import { EnginesProcess } from '../support/engines/EnginesProcess.ts';
import { type Metric, median, metric, usedHeapBytes } from './metrics.ts';

/*
 * What the sidebar's picture of 50 engines costs while their containers change: the same storm of events with one container on each
 * engine and with 100, through the engine client, the inventory and the comparison that tells the lines to draw anew. The engines run in
 * a process of their own.
 */

const engines = 50;
const eventsPerSecond = 2000;
const stormMs = 4000;
const rounds = 3;
const filterings = 15;
const root = fileURLToPath(new URL('../..', import.meta.url));

export async function measure(): Promise<readonly Metric[]> {
  const few: Storm[] = [];
  const many: Storm[] = [];
  for (let round = 0; round < rounds; round += 1) {
    few.push(await storm(1));
    many.push(await storm(100));
  }
  const middle = (storms: readonly Storm[], of: (each: Storm) => number): number => median(storms.map(of));
  const limit = { atMost: 1, peer: 'limit' };
  return [
    metric(
      'tree.eventCost',
      'µs CPU',
      middle(many, ({ cpuUs, events }) => cpuUs / events),
      { '50 containers': middle(few, ({ cpuUs, events }) => cpuUs / events) },
      { atMost: 2, peer: '50 containers' },
    ),
    metric(
      'tree.longestStall',
      'ms CPU',
      middle(many, ({ stallMs }) => stallMs),
      { '50 containers': middle(few, ({ stallMs }) => stallMs) },
      { atMost: 2, peer: '50 containers' },
    ),
    metric(
      'tree.drawnPerEvent',
      'lines',
      middle(many, ({ drawn, events }) => drawn / events),
      { limit: 1 },
      limit,
    ),
    metric(
      'tree.memoryPerContainer',
      'KB',
      middle(many, ({ heapBytes }) => heapBytes / 5000 / 1024),
      { limit: 8 },
      limit,
    ),
    metric(
      'tree.filter',
      'ms',
      middle(many, ({ filterMs }) => filterMs),
      { limit: 16 },
      limit,
    ),
  ];
}

interface Storm {
  readonly events: number;
  readonly cpuUs: number;
  readonly stallMs: number;
  /** Parts of the tree that had to be drawn anew. */
  readonly drawn: number;
  readonly heapBytes: number;
  readonly filterMs: number;
}

export async function storm(containersPerEngine: number): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tree-'));
  const process_ = await EnginesProcess.start(root, folder, engines, containersPerEngine);
  const dockerConfig = process.env['DOCKER_CONFIG'];
  process.env['DOCKER_CONFIG'] = folder;
  const heapBefore = usedHeapBytes();
  const inventory = new VmInventory({
    connector: createMachineConnector({ agentSocket: null }),
    vms: Array.from({ length: engines }, (_, index) => ({ name: `many${index}`, context: `many${index}` })),
    hostKeys: async () => 'refuse',
    log: () => {},
  });
  let drawn = 0;
  const seen = new Map<MachineId, MachineState>();
  inventory.onDidChange((id) => {
    const state = id === undefined ? undefined : inventory.entry(id)?.state;
    if (id === undefined || state === undefined) return;
    drawn += changedParts(seen.get(id) ?? { kind: 'idle' }, state).length;
    seen.set(id, state);
  });
  try {
    inventory.setVisible(true);
    await isShown(inventory, process_);
    const heapBytes = usedHeapBytes() - heapBefore;
    await delay(1000);
    const turns = new LongestTurn();
    drawn = 0;
    const cpu = process.cpuUsage();
    const events = await process_.storm(eventsPerSecond, stormMs);
    await isShown(inventory, process_);
    const stallMs = turns.stop();
    const { user, system } = process.cpuUsage(cpu);
    const filterMs = median(Array.from({ length: filterings }, () => filterAll(inventory)));
    return { events, cpuUs: user + system, stallMs, drawn, heapBytes, filterMs };
  } finally {
    inventory.dispose();
    await process_.close();
    if (dockerConfig === undefined) delete process.env['DOCKER_CONFIG'];
    else process.env['DOCKER_CONFIG'] = dockerConfig;
    rmSync(folder, { recursive: true });
  }
}

/** The most CPU time that this thread spent without a look at its timers: what other programs take of the machine is no stall of ours. */
class LongestTurn {
  readonly #timer: NodeJS.Timeout;
  #longestUs = 0;

  constructor() {
    let beforeUs = threadUs();
    this.#timer = setInterval(() => {
      const nowUs = threadUs();
      this.#longestUs = Math.max(this.#longestUs, nowUs - beforeUs);
      beforeUs = nowUs;
    }, 2);
  }

  /** In milliseconds. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#longestUs / 1000;
  }
}

function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Milliseconds for a look at what is left of all machines by a filter. */
function filterAll(inventory: VmInventory): number {
  const start = performance.now();
  for (const { state } of inventory.machines) if (state.kind === 'connected') filterView(state.view, 'gateway-3');
  return performance.now() - start;
}

/** Waits until the inventory says what the engines say. @throws Error naming the first difference after 20 s. */
async function isShown(inventory: VmInventory, engineProcess: EnginesProcess): Promise<void> {
  const truth = await engineProcess.truth();
  const deadline = performance.now() + 20_000;
  for (;;) {
    const wrong = Object.entries(truth).find(([name, containers]) => {
      const state = inventory.entry(`vm:${name}`)?.state;
      if (state?.kind !== 'connected') return true;
      const statuses = new Map(
        state.view.projects.flatMap(containersOf).map((container) => [container.name, container.status]),
      );
      return containers.some((container) => statuses.get(container.name) !== container.status);
    });
    if (wrong === undefined) return;
    if (performance.now() > deadline) throw new Error(`${wrong[0]} is not shown as it is.`);
    await delay(100);
  }
}

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createMachineConnector } from '../../src/adapters/createMachineConnector.ts';
import { VmInventory } from '../../src/application/vms/VmInventory.ts';
import { vmOf } from '../support/connectTestHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

/** How long the VMs are cut and healed in turn; ten minutes by `OPENCLAW_VM_CUTS_S=600`. */
const durationS = Number(process.env['OPENCLAW_VM_CUTS_S'] ?? 45);
const trueWithinMs = 3000;
const names = ['vm1', 'vm2', 'vm3'];
const image = 'node:24-bookworm-slim';

/** Three VMs whose cables are pulled in turn, while containers on them change: what the sidebar shows, and what stays behind. */
describe('VMs that are cut and healed', () => {
  const hosts = withTestHosts(names, { images: ['node'] });
  const folder = mkdtempSync(join(tmpdir(), 'cuts-'));
  before(hosts.up);
  after(async () => {
    await hosts.down();
    rmSync(folder, { recursive: true });
  });

  /** Names of the containers on a host, without the network. */
  async function containersOn(host: TestHost): Promise<string> {
    const output = await host.console(['docker', 'ps', '--all', '--format', '{{.Names}} {{.State}}']);
    return output.trim().split('\n').sort().join(', ');
  }

  async function connectionsTo(host: TestHost): Promise<number> {
    const output = await host.console(['ss', '--tcp', '--no-header', 'state', 'established', '( sport = :22 )']);
    return output.split('\n').filter((line) => line.trim() !== '').length;
  }

  it('are shown as they are within three seconds of each heal, and leave nothing behind', async (test) => {
    const connector = createMachineConnector({
      knownHosts: { user: join(folder, 'known_hosts'), others: [] },
      sshConfigFiles: { user: join(folder, 'none'), system: join(folder, 'none') },
      agentSocket: null,
      defaultKeyFiles: [],
      // A cut is noticed after 2 to 3 s, so that many cuts fit into the time.
      timings: { keepaliveIntervalMs: 1000, keepaliveCount: 2 },
    });
    const before = resources();
    const inventory = new VmInventory({
      connector,
      vms: names.map((name) => vmOf(hosts.get(name))),
      hostKeys: async () => 'trustAndRemember',
      log: () => {},
    });
    inventory.setVisible(true);
    const shown = (name: string): string => {
      const state = inventory.entry(`vm:${name}`)?.state;
      if (state?.kind !== 'connected') return `(${state?.kind})`;
      return state.view.otherContainers
        .map((container) => `${container.name} ${container.state}`)
        .sort()
        .join(', ');
    };
    const becomesTrue = async (name: string, truth: string, withinMs: number): Promise<number> => {
      const start = performance.now();
      while (shown(name) !== truth) {
        if (performance.now() - start > withinMs) assert.equal(shown(name), truth, `${name} after ${withinMs} ms`);
        await delay(20);
      }
      return performance.now() - start;
    };
    const end = Date.now() + durationS * 1000;
    const took: number[] = [];
    try {
      for (const name of names) {
        await hosts.get(name).console(['docker', 'create', '--name', 'first', image, 'true']);
        await becomesTrue(name, 'first created', 20_000);
      }
      for (let round = 0; Date.now() < end; round += 1) {
        const name = names[round % names.length] ?? 'vm1';
        const host = hosts.get(name);
        host.cut();
        const container = `round${round}`;
        await host.console(['docker', 'create', '--name', container, image, 'true']);
        if (round >= names.length) await host.console(['docker', 'rm', `round${round - names.length}`]);
        // Long enough to be noticed, and every third time short enough not to be.
        await delay(round % 3 === 2 ? 700 : 4500);
        const kind = inventory.entry(`vm:${name}`)?.state.kind;
        if (round % 3 !== 2) assert.equal(kind, 'stale', 'what is not known any more is not shown as true');
        const truth = await containersOn(host);
        host.heal();
        took.push(await becomesTrue(name, truth, trueWithinMs));
        for (const other of names) assert.ok((await connectionsTo(hosts.get(other))) <= 2, other);
      }
    } finally {
      inventory.dispose();
    }
    test.diagnostic(`${took.length} cuts; true again after ${Math.max(...took).toFixed(0)} ms at most`);
    for (let i = 0; i < 100; i += 1) {
      const open = await Promise.all(names.map((name) => connectionsTo(hosts.get(name))));
      if (open.every((count) => count === 0) && resources() <= before) return;
      await delay(100);
    }
    assert.fail(`left behind: ${process.getActiveResourcesInfo().join(', ')}`);
  });
});

/** Sockets and timers that this process holds. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Pipe/.test(name)).length;
}

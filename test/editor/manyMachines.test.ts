import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { EnginesProcess } from '../support/engines/EnginesProcess.ts';
import type { ShownContainer } from '../support/engines/generatedEngines.ts';

/* The sidebar itself, in its view, with 50 machines that have 100 containers each. */

const engineCount = 50;
const containersPerEngine = 100;
const eventsPerSecond = 2000;
const stormMs = 5000;

/** Every line that the sidebar has drawn, by its id, as it was drawn last; and the ids in the order of drawing. */
class DrawnLines {
  readonly last = new Map<string, vscode.TreeItem>();
  readonly ids: string[] = [];
  readonly #idOf = new WeakMap<object, string>();

  /** Counts from now on: each line gets its id when it is drawn. */
  start(): void {
    const { last, ids } = this;
    const idOf = this.#idOf;
    Object.defineProperty(vscode.TreeItem.prototype, 'id', {
      configurable: true,
      get(this: vscode.TreeItem) {
        return idOf.get(this);
      },
      set(this: vscode.TreeItem, id: string) {
        idOf.set(this, id);
        last.set(id, this);
        ids.push(id);
      },
    });
  }

  stop(): void {
    Reflect.deleteProperty(vscode.TreeItem.prototype, 'id');
  }

  get count(): number {
    return this.ids.length;
  }

  forget(): void {
    this.ids.length = 0;
  }
}

describe('the sidebar with 50 machines and 5,000 containers', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'many-machines-'));
  const settings = vscode.workspace.getConfiguration('openclawVm');
  const dockerConfig = process.env['DOCKER_CONFIG'];
  const lines = new DrawnLines();
  let engines: EnginesProcess;

  before(async () => {
    const root = vscode.extensions.getExtension('openclaw-docker-vm.openclaw-docker-vm')?.extensionPath ?? '';
    engines = await EnginesProcess.start(root, folder, engineCount, containersPerEngine);
    process.env['DOCKER_CONFIG'] = folder;
    lines.start();
    const vms = Array.from({ length: engineCount }, (_, index) => ({ name: `many${index}`, context: `many${index}` }));
    await settings.update('vms', vms, vscode.ConfigurationTarget.Global);
    const started = performance.now();
    await vscode.commands.executeCommand('openclawVm.vms.focus');
    await until(
      'all containers are drawn',
      () => shownContainers().length >= engineCount * containersPerEngine,
      () =>
        [...lines.last.values()]
          .map(({ label, description }) => `${label}: ${description}`)
          .join('; ')
          .slice(-2000),
    );
    report(`drawn after ${Math.round(performance.now() - started)} ms, ${lines.count} lines`);
    await quiet();
  });
  after(async () => {
    lines.stop();
    await settings.update('vms', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.view.explorer');
    await engines?.close();
    if (dockerConfig === undefined) delete process.env['DOCKER_CONFIG'];
    else process.env['DOCKER_CONFIG'] = dockerConfig;
    rmSync(folder, { recursive: true, force: true });
  });

  const shownContainers = (): readonly string[] => [...lines.last.keys()].filter((id) => id.includes('/container/'));

  /** Until nothing was drawn for a second. */
  async function quiet(): Promise<void> {
    for (let before = -1; before !== lines.count; await delay(1000)) before = lines.count;
  }

  /** The first container that is not drawn as its engine lists it. */
  function wrongLine(truth: Readonly<Record<string, readonly ShownContainer[]>>): string | undefined {
    for (const [engine, containers] of Object.entries(truth)) {
      for (const { name, status } of containers) {
        const shown = lines.last.get(`vm:${engine}/container/${name}`)?.description;
        if (shown !== status) return `${engine}/${name}: ${shown} in place of ${status}`;
      }
    }
    return undefined;
  }

  it('draws only the lines anew that a change touches', async () => {
    lines.forget();
    // A service of four containers: its line, its project's count and the other lines of the project, but of no other machine.
    await engines.change('many7', 'project-1-service-2-3');
    await until('the change is drawn', () => lines.count > 0);
    await quiet();
    assert.ok(
      lines.ids.every(
        (id) => id.startsWith('vm:many7/project/project-1') || id.startsWith('vm:many7/container/project-1-'),
      ),
      lines.ids.join(' '),
    );
    assert.equal(wrongLine(await engines.truth()), undefined);
    assert.ok(lines.count <= 2 * (1 + 5 + 20), `${lines.count} lines`);
  });

  it('loses nothing in a storm of 2,000 events a second, and draws less than one line for each', async () => {
    const ids = [...lines.last.keys()].sort();
    lines.forget();
    const stalls = monitorEventLoopDelay({ resolution: 10 });
    const callsBefore = await engines.calls();
    stalls.enable();
    const cpu = process.cpuUsage();
    const sent = await engines.storm(eventsPerSecond, stormMs);
    const truth = await engines.truth();
    await until(
      'the storm is drawn',
      () => wrongLine(truth) === undefined,
      () => wrongLine(truth) ?? '',
    );
    stalls.disable();
    const { user, system } = process.cpuUsage(cpu);
    const calls = (await engines.calls()) - callsBefore;
    report(
      `${sent} events: ${lines.count} lines drawn, ${calls} calls, ${Math.round((user + system) / 1000)} ms CPU, ` +
        `event loop delay ${Math.round(stalls.percentile(99) / 1e6)} ms (99 %), ${Math.round(stalls.max / 1e6)} ms at most, ` +
        `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
    );
    assert.ok(calls < sent / 2, `${calls} calls for ${sent} events`);
    // Nothing was lost, nothing has another id, nothing came beside: nothing jumps or unfolds.
    assert.deepEqual([...lines.last.keys()].sort(), ids);
  });
});

async function until(what: string, isSo: () => boolean, tell: () => string = () => ''): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}. ${tell()}`);
    await delay(50);
  }
}

/** A figure for whoever reads the run. */
function report(text: string): void {
  console.log(`suite|       ${text}`);
}

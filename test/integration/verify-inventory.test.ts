import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { MachineState } from '../../src/application/vms/MachineState.ts';
import { VmInventory } from '../../src/application/vms/VmInventory.ts';
import { testConnector, vmOf, writeProject } from '../support/connectTestHost.ts';
import { waitFor } from '../support/hosts/run.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

const service = 'openclaw-gateway';
const folder = '/srv/gateway';

describe('the sidebar’s machines against a real VM', () => {
  const hosts = withTestHosts(['vm1']);
  const { connector, remove } = testConnector();
  let vm1: TestHost;
  let inventory: VmInventory;
  const asked: string[] = [];
  const docker = async (...argv: readonly string[]) =>
    await vm1.run(['docker', 'compose', '--project-directory', folder, ...argv]);
  const stateOf = (): MachineState => inventory.entry('vm:vm1')?.state ?? { kind: 'idle' };
  const containerState = () => {
    const state = stateOf();
    if (state.kind !== 'connected') return state.kind;
    return state.view.projects[0]?.services[0]?.containers[0]?.state ?? 'none';
  };
  const until = async (what: string, isSo: () => boolean) => await waitFor(what, async () => isSo() || undefined);

  before(async () => {
    await hosts.up();
    vm1 = hosts.get('vm1');
    const compose = {
      services: {
        [service]: {
          image: 'openclaw-fixture',
          restart: 'always',
          environment: { OPENCLAW_GATEWAY_TOKEN: '3f1c9a7b5d2e8f60' },
        },
      },
    };
    await writeProject(vm1, folder, { 'docker-compose.yml': JSON.stringify(compose) });
    inventory = new VmInventory({
      connector,
      vms: [vmOf(vm1), { ...vmOf(vm1), name: 'wrong port', port: 2222 }],
      hostKeys: async (key) => {
        asked.push(key.fingerprint);
        return 'trustAndRemember';
      },
      log: () => undefined,
    });
    inventory.setVisible(true);
  });
  after(async () => {
    inventory?.dispose();
    remove();
    await hosts.down();
  });

  it('connect, having asked about the host key once', async () => {
    await until('the connection', () => stateOf().kind === 'connected');
    assert.deepEqual(asked, [await vm1.hostKeyFingerprint()]);
    const state = stateOf();
    assert.ok(state.kind === 'connected');
    assert.equal(state.view.info.memoryBytes, 3 * 1024 ** 3);
    assert.deepEqual(state.view.projects, []);
  });

  it('say that nothing listens', async () => {
    await until('the refusal', () => inventory.entry('vm:wrong port')?.state.kind === 'failed');
    const state = inventory.entry('vm:wrong port')?.state;
    assert.equal(state?.kind === 'failed' && state.error.problem, 'refused');
  });

  it('follow a container through its life', async () => {
    await docker('up', '--detach');
    await until('running', () => containerState() === 'running');
    const state = stateOf();
    assert.ok(state.kind === 'connected');
    assert.deepEqual(
      state.view.projects.map(({ name, workingDirectory, services }) => [
        name,
        workingDirectory,
        services[0]?.isGateway,
      ]),
      [['gateway', folder, true]],
    );
    await docker('stop', '--timeout', '1');
    await until('exited', () => containerState() === 'exited');
    await docker('start');
    await until('running again', () => containerState() === 'running');
  });

  it('go stale with the engine, and come back with it', async () => {
    await vm1.stopEngine();
    await until('stale', () => stateOf().kind === 'stale');
    const state = stateOf();
    assert.ok(state.kind === 'stale');
    assert.equal(state.error.problem, 'engineStopped');
    assert.equal(state.view.projects.length, 1);
    await vm1.startEngine();
    await until('connected again', () => stateOf().kind === 'connected');
  });

  it('go stale with the connection, and come back with it', async () => {
    await vm1.killSshd();
    await until('stale', () => stateOf().kind === 'stale');
    const state = stateOf();
    assert.equal(state.kind === 'stale' && state.error.problem, 'connectionLost');
    await vm1.startSshd();
    await until('connected again', () => stateOf().kind === 'connected');
    assert.equal(asked.length, 1);
  });

  it('come back after a reboot with what runs then', async () => {
    const beforeMs = Date.now();
    await hosts.reboot('vm1', { powerCut: true });
    // A view from before the power cut would still say "running".
    const isNew = () => {
      const state = stateOf();
      return state.kind === 'connected' && state.view.updatedAtMs > beforeMs && containerState() === 'running';
    };
    await until('a new view', isNew);
  });
});

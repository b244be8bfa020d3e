import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { ConnectionError, type ConnectionProblem } from '../../../src/application/ConnectionError.ts';
import type { MachineConnector } from '../../../src/application/ports/MachineConnector.ts';
import { VmInventory } from '../../../src/application/vms/VmInventory.ts';
import type { Vm } from '../../../src/core/vm/Vm.ts';
import { container, details, FakeEngine, FakeMachine, settled } from './fakes.ts';

const vm = (name: string, host = `${name}.example.org`): Vm => ({ name, host, port: 22, user: 'root' });
const failure = (problem: ConnectionProblem) => new ConnectionError(problem, `it is ${problem}`, { remedy: 'do' });

describe('the machines of the sidebar', () => {
  let machines: Map<string, FakeMachine[]>;
  let failures: Map<string, ConnectionError>;
  let attempts: string[];
  let inventory: VmInventory;
  let changes: (string | undefined)[];

  const open = async (name: string): Promise<FakeMachine> => {
    attempts.push(name);
    const problem = failures.get(name);
    if (problem !== undefined) throw problem;
    const machine = new FakeMachine();
    machine.engine.containers = [container('gateway')];
    machines.set(name, [...(machines.get(name) ?? []), machine]);
    return machine;
  };
  const connector: MachineConnector = {
    connectLocal: () => open('local'),
    connectVm: (target) => open(target.name),
  };
  const last = (name: string): FakeMachine => {
    const machine = machines.get(name)?.at(-1);
    assert.ok(machine !== undefined, `${name} was never connected`);
    return machine;
  };
  const kinds = () => inventory.machines.map(({ id, state }) => `${id} ${state.kind}`);
  const create = (...vms: readonly Vm[]) => {
    inventory = new VmInventory({ connector, vms, hostKeys: async () => 'refuse', log: () => undefined });
    inventory.onDidChange((id) => changes.push(id));
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    machines = new Map();
    failures = new Map();
    attempts = [];
    changes = [];
    create(vm('a'), { ...vm('b'), port: 2222 });
  });
  afterEach(() => {
    inventory.dispose();
    mock.timers.reset();
  });

  it('are the local engine, then the VMs in their order, and nothing is connected unasked', async () => {
    await settled();
    assert.deepEqual(kinds(), ['local idle', 'vm:a idle', 'vm:b idle']);
    assert.deepEqual(
      inventory.machines.map(({ address }) => address),
      [undefined, 'root@a.example.org', 'root@b.example.org:2222'],
    );
    assert.deepEqual(attempts, []);
  });

  it('connect when they are seen, with one list each', async () => {
    inventory.setVisible(true);
    assert.deepEqual(kinds(), ['local connecting', 'vm:a connecting', 'vm:b connecting']);
    await settled();
    assert.deepEqual(kinds(), ['local connected', 'vm:a connected', 'vm:b connected']);
    const { state } = inventory.entry('vm:a') ?? assert.fail();
    assert.ok(state.kind === 'connected');
    assert.equal(state.view.projects[0]?.services[0]?.isGateway, true);
    assert.equal(last('a').engine.calls.list, 1);
    inventory.setVisible(false);
    inventory.setVisible(true);
    await settled();
    assert.deepEqual(attempts, ['local', 'a', 'b']);
    assert.equal(last('a').engine.calls.list, 1);
  });

  it('list again when an event changes a container, and not for execs and health checks', async () => {
    await inventory.machine('vm:a');
    const { engine } = last('a');
    for (const action of ['exec_create: sh', 'exec_start: sh', 'exec_die', 'top', 'attach']) engine.emit(action);
    engine.emit('connect', 'network');
    await settled();
    assert.equal(engine.calls.list, 1);
    engine.containers = [container('gateway', { state: 'exited' })];
    engine.emit('die');
    await settled();
    const { state } = inventory.entry('vm:a') ?? assert.fail();
    assert.ok(state.kind === 'connected');
    assert.equal(state.view.projects[0]?.services[0]?.containers[0]?.state, 'exited');
  });

  it('show what an event told also where the engine lists the change only after it is complete', async () => {
    await inventory.machine('vm:a');
    const { engine } = last('a');
    // As an engine does it: the event first, the list after the change, and an inspection waits for it.
    engine.inspectContainer = async (id) => {
      engine.containers = [container('gateway', { state: 'paused' })];
      return details(id);
    };
    engine.emit('pause');
    await settled();
    const state = inventory.entry('vm:a')?.state;
    assert.ok(state?.kind === 'connected');
    assert.equal(state.view.projects[0]?.services[0]?.containers[0]?.state, 'paused');
  });

  it('ask for those alone that an event named', async () => {
    await inventory.machine('vm:a');
    const { engine } = last('a');
    const asked: (readonly string[])[] = [];
    const { listContainersById } = FakeEngine.prototype;
    engine.listContainersById = async (ids) => {
      asked.push(ids);
      return await listContainersById.call(engine, ids);
    };
    engine.containers = [...engine.containers, container('other'), container('unnamed')];
    engine.emit('start', 'container', container('other').id);
    await settled();
    assert.deepEqual(asked, [[container('other').id]]);
    const { state } = inventory.entry('vm:a') ?? assert.fail();
    assert.ok(state.kind === 'connected');
    assert.deepEqual(
      state.view.projects[0]?.services[0]?.containers.map(({ name }) => name),
      ['gateway', 'other'],
    );
  });

  it('list all again after a question that failed, so that no change is lost', async () => {
    await inventory.machine('vm:a');
    const { engine } = last('a');
    engine.containers = [container('gateway', { state: 'exited' })];
    engine.listContainersById = async () => {
      throw new Error('busy');
    };
    engine.emit('die');
    await settled();
    mock.timers.tick(1000);
    await settled();
    const { state } = inventory.entry('vm:a') ?? assert.fail();
    assert.ok(state.kind === 'connected');
    assert.equal(state.view.projects[0]?.services[0]?.containers[0]?.state, 'exited');
  });

  it('are not asked once per event, however long a storm of events goes on, and are true after it', async () => {
    await inventory.machine('vm:a');
    const { engine } = last('a');
    const before = engine.calls.list;
    for (let round = 0; round < 400; round++) {
      engine.containers = [container('gateway', { status: `Up ${round} seconds` })];
      engine.emit('start');
      await settled();
    }
    // The clock of the test stands still, but not the one by which turns are counted.
    assert.ok(engine.calls.list - before < 200, `${engine.calls.list - before} lists`);
    mock.timers.tick(500);
    await settled();
    const { state } = inventory.entry('vm:a') ?? assert.fail();
    assert.ok(state.kind === 'connected');
    assert.equal(state.view.projects[0]?.services[0]?.containers[0]?.status, 'Up 399 seconds');
  });

  it('list once more, not once per event, when many come at once', async () => {
    await inventory.machine('vm:a');
    const { engine } = last('a');
    for (let count = 0; count < 50; count++) engine.emit('start');
    await settled();
    assert.ok(engine.calls.list <= 3, `${engine.calls.list} lists`);
  });

  it('say why they cannot be reached', async () => {
    failures.set('a', failure('refused'));
    await assert.rejects(inventory.machine('vm:a'), { name: 'ConnectionError', problem: 'refused' });
    const { state } = inventory.entry('vm:a') ?? assert.fail();
    assert.ok(state.kind === 'failed');
    assert.equal(state.error.message, 'it is refused');
  });

  it('are tried again on request', async () => {
    failures.set('a', failure('authenticationFailed'));
    await inventory.retry('vm:a');
    assert.equal(inventory.entry('vm:a')?.state.kind, 'failed');
    failures.delete('a');
    const retrying = inventory.retry('vm:a');
    assert.equal(inventory.entry('vm:a')?.state.kind, 'connecting');
    await retrying;
    assert.equal(inventory.entry('vm:a')?.state.kind, 'connected');
  });

  it('come back by themselves, later each time, while they are seen', async () => {
    failures.set('a', failure('unreachable'));
    inventory.setVisible(true);
    await settled();
    const tries = () => attempts.filter((name) => name === 'a').length;
    assert.equal(tries(), 1);
    for (const [delayMs, expected] of [
      [499, 1],
      [1, 2],
      [999, 2],
      [1, 3],
      [1500, 4],
    ] as const) {
      mock.timers.tick(delayMs);
      await settled();
      assert.equal(tries(), expected, `after ${delayMs} ms`);
      assert.equal(inventory.entry('vm:a')?.state.kind, 'failed');
    }
    failures.delete('a');
    mock.timers.tick(1500);
    await settled();
    assert.equal(inventory.entry('vm:a')?.state.kind, 'connected');
  });

  it('are tried at least every two seconds for a while, and then seldom', async () => {
    failures.set('a', failure('unreachable'));
    inventory.setVisible(true);
    const tries = () => attempts.filter((name) => name === 'a').length;
    for (let halfSecond = 0; halfSecond < 240; halfSecond++) {
      mock.timers.tick(500);
      await settled();
    }
    assert.ok(tries() >= 78, `${tries()} tries in two minutes`);
    for (let second = 0; second < 240; second++) {
      mock.timers.tick(1000);
      await settled();
    }
    const before = tries();
    mock.timers.tick(19_000);
    await settled();
    assert.ok(tries() <= before + 1);
  });

  it('are not tried again while nobody looks', async () => {
    failures.set('a', failure('unreachable'));
    inventory.setVisible(true);
    await settled();
    inventory.setVisible(false);
    mock.timers.tick(600_000);
    await settled();
    assert.equal(attempts.filter((name) => name === 'a').length, 1);
  });

  for (const problem of [
    'authenticationFailed',
    'hostKeyChanged',
    'hostKeyRefused',
    'noDocker',
    'noSocketPermission',
  ] as const) {
    it(`wait for a person after ${problem}`, async () => {
      failures.set('a', failure(problem));
      inventory.setVisible(true);
      await settled();
      mock.timers.tick(600_000);
      inventory.setVisible(false);
      inventory.setVisible(true);
      await settled();
      assert.equal(attempts.filter((name) => name === 'a').length, 1);
    });
  }

  it('are stale, with what was known last, when the connection is lost', async () => {
    await inventory.machine('vm:a');
    last('a').lose();
    await settled();
    const { state } = inventory.entry('vm:a') ?? assert.fail();
    assert.ok(state.kind === 'stale');
    assert.equal(state.error.problem, 'connectionLost');
    assert.equal(state.view.projects.length, 1);
    assert.ok(Math.abs(Date.now() - state.view.updatedAtMs) < 60_000);
    assert.deepEqual(attempts, ['a'], 'nobody looks');
  });

  it('stay stale until they are back, then show a new list', async () => {
    inventory.setVisible(true);
    await settled();
    failures.set('a', failure('unreachable'));
    last('a').lose();
    await settled();
    mock.timers.tick(500);
    await settled();
    const during = inventory.entry('vm:a')?.state ?? assert.fail();
    assert.ok(during.kind === 'stale');
    assert.equal(during.error.problem, 'unreachable');
    failures.delete('a');
    mock.timers.tick(1000);
    await settled();
    assert.equal(inventory.entry('vm:a')?.state.kind, 'connected');
    assert.equal(machines.get('a')?.length, 2);
  });

  it('are looked for again where an engine took its socket away', async () => {
    inventory.setVisible(true);
    await settled();
    failures.set('a', failure('noDocker'));
    last('a').lose();
    await settled();
    mock.timers.tick(500);
    await settled();
    assert.equal(inventory.entry('vm:a')?.state.kind, 'stale');
    failures.delete('a');
    mock.timers.tick(1000);
    await settled();
    assert.equal(inventory.entry('vm:a')?.state.kind, 'connected');
  });

  it('keep the connection when only the engine stops, and list again when it is back', async () => {
    inventory.setVisible(true);
    await settled();
    const { engine } = last('a');
    engine.failure = failure('engineStopped');
    engine.endEvents();
    await settled();
    const during = inventory.entry('vm:a')?.state ?? assert.fail();
    assert.ok(during.kind === 'stale');
    assert.equal(during.error.problem, 'engineStopped');
    assert.equal(last('a').isClosed, false);
    engine.failure = undefined;
    engine.containers = [];
    mock.timers.tick(500);
    await settled();
    const after = inventory.entry('vm:a')?.state ?? assert.fail();
    assert.ok(after.kind === 'connected');
    assert.deepEqual(after.view.projects, []);
    assert.equal(machines.get('a')?.length, 1);
    assert.equal(engine.openStreams, 1);
  });

  it('share one connection among all who ask at once', async () => {
    const [first, second] = await Promise.all([inventory.machine('vm:a'), inventory.machine('vm:a')]);
    assert.equal(first, second);
    assert.deepEqual(attempts, ['a']);
  });

  it('let who asked give up without stopping the others', async () => {
    const abort = new AbortController();
    const givenUp = inventory.machine('vm:a', abort.signal);
    const other = inventory.machine('vm:a');
    abort.abort(new Error('no more'));
    await assert.rejects(givenUp, { message: 'no more' });
    assert.equal(await other, last('a'));
  });

  it('keep their connection when the settings change elsewhere, and lose it when their own change', async () => {
    await inventory.machine('vm:a');
    await inventory.machine('vm:b');
    const [a, b] = [last('a'), last('b')];
    inventory.setVms([vm('c'), { ...vm('b'), port: 22 }, vm('a')]);
    await settled();
    assert.deepEqual(kinds(), ['local idle', 'vm:c idle', 'vm:b idle', 'vm:a connected']);
    assert.equal(a.isClosed, false);
    assert.equal(b.isClosed, true);
    assert.equal(changes.at(-1), undefined);
  });

  it('of Docker contexts keep their connection as long as the context has the same name', async () => {
    inventory.setVms([
      { name: 'a', context: 'prod' },
      { name: 'b', context: 'test' },
    ]);
    assert.deepEqual(
      inventory.machines.map(({ address }) => address),
      [undefined, 'context:prod', 'context:test'],
    );
    await inventory.machine('vm:a');
    await inventory.machine('vm:b');
    const [a, b] = [last('a'), last('b')];
    inventory.setVms([
      { name: 'a', context: 'prod' },
      { name: 'b', context: 'other' },
    ]);
    await settled();
    assert.deepEqual([a.isClosed, b.isClosed], [false, true]);
    assert.deepEqual(kinds(), ['local idle', 'vm:a connected', 'vm:b idle']);
    inventory.setVms([vm('a')]);
    await settled();
    assert.equal(a.isClosed, true);
  });

  it('are new values for each change, and tell which machine changed', async () => {
    const before = inventory.machines;
    await inventory.machine('vm:a');
    assert.notEqual(inventory.machines, before);
    assert.equal(inventory.machines[2], before[2]);
    assert.deepEqual([...new Set(changes)], ['vm:a']);
  });

  it('say that a machine is not there any more', async () => {
    await assert.rejects(inventory.machine('vm:gone'), { name: 'ConnectionError', message: /no machine "gone"/ });
  });

  it('close every connection at the end, and nothing stays', async () => {
    inventory.setVisible(true);
    await settled();
    const all = [...machines.values()].flat();
    inventory.dispose();
    await settled();
    assert.ok(all.every((machine) => machine.isClosed && machine.engine.openStreams === 0));
    mock.timers.tick(600_000);
    await settled();
    assert.equal(attempts.length, 3);
  });
});

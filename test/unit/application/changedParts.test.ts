import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Container } from '../../../src/application/ports/Engine.ts';
import { type ChangedPart, changedParts } from '../../../src/application/vms/changedParts.ts';
import { groupContainers, regroupContainers } from '../../../src/application/vms/groupContainers.ts';
import type { MachineState, MachineView } from '../../../src/application/vms/MachineState.ts';
import { container, engineInfo } from './fakes.ts';

const inService = (project: string, service: string, name: string, more: Partial<Container> = {}): Container =>
  container(name, {
    image: 'nginx',
    compose: { project, service, workingDirectory: `/srv/${project}`, configFiles: [] },
    ...more,
  });

const alone = (name: string, more: Partial<Container> = {}): Container => {
  const { compose: _, ...rest } = container(name, more);
  return rest;
};

const all = [
  inService('a', 'web', 'a-web-1'),
  inService('a', 'web', 'a-web-2'),
  inService('a', 'cache', 'a-cache-1'),
  inService('b', 'web', 'b-web-1'),
  alone('ape'),
  alone('zebra'),
];

const way = { place: 'ssh' as const };

const view = (containers: readonly Container[]): MachineView => ({
  info: engineInfo,
  way,
  ...groupContainers(containers),
  updatedAtMs: 0,
});

const connected = (of: MachineView): MachineState => ({ kind: 'connected', view: of });

/** What is drawn anew after these containers became so, and the others did not change. */
function partsAfter(...found: readonly Container[]): readonly string[] {
  const before = view(all);
  const after = { ...before, ...regroupContainers(before, new Set(found.map(({ id }) => id)), found), updatedAtMs: 1 };
  return changedParts(connected(before), connected(after)).map(nameOf);
}

function nameOf(part: ChangedPart): string {
  switch (part.kind) {
    case 'machine':
    case 'otherContainers':
      return part.kind;
    case 'project':
      return `project ${part.project.name}`;
    case 'service':
      return `service ${part.project.name}/${part.service.name}`;
    case 'container':
      return `container ${part.container.name}`;
  }
}

/** The same container with other facts. */
const changed = (name: string, more: Partial<Container>): Container => ({
  ...(all.find((each) => each.name === name) ?? assert.fail(name)),
  ...more,
});

describe('what is drawn anew', () => {
  it('is nothing where nothing looks different', () => {
    assert.deepEqual(partsAfter(changed('a-web-1', {}), changed('ape', {})), []);
  });
  it('is one container where the lines above it stay as they are', () => {
    assert.deepEqual(partsAfter(changed('a-web-1', { status: 'Up 2 minutes' })), ['container a-web-1']);
    assert.deepEqual(partsAfter(changed('zebra', { state: 'exited', status: 'Exited (0)' })), ['container zebra']);
  });
  it('is the service whose line tells the state of its one container', () => {
    assert.deepEqual(partsAfter(changed('a-cache-1', { status: 'Up 2 minutes' })), ['service a/cache']);
  });
  it('is the service whose icon changes', () => {
    assert.deepEqual(partsAfter(changed('a-web-1', { health: 'unhealthy' })), ['service a/web']);
  });
  it('is the project whose count changes, and no other', () => {
    assert.deepEqual(partsAfter(changed('b-web-1', { state: 'exited' })), ['project b']);
    assert.deepEqual(partsAfter(inService('b', 'web', 'b-web-2')), ['project b']);
  });
  it('is the machine where a project comes, or the first container beside them', () => {
    assert.deepEqual(partsAfter(inService('c', 'web', 'c-web-1')), ['machine']);
    const before = view(all.filter(({ compose }) => compose !== undefined));
    const after = { ...before, otherContainers: [alone('ape')] };
    assert.deepEqual(changedParts(connected(before), connected(after)), [{ kind: 'machine' }]);
  });
  it('is the list of the others where one comes', () => {
    assert.deepEqual(partsAfter(alone('bear')), ['otherContainers']);
  });
  it('is the machine where it is connected, lost, or tells other facts', () => {
    const before = connected(view(all));
    assert.deepEqual(changedParts({ kind: 'connecting' }, before), [{ kind: 'machine' }]);
    assert.deepEqual(changedParts(before, connected({ ...view(all), facts: { load: 1 } })), [{ kind: 'machine' }]);
    assert.deepEqual(changedParts(before, before), []);
  });
});

describe('groups after some containers changed', () => {
  const before = groupContainers(all);
  const after = (ids: readonly string[], found: readonly Container[]) => regroupContainers(before, new Set(ids), found);

  it('are those of the whole list, whatever changed', () => {
    const steps: readonly (readonly Container[])[] = [
      all.slice(1),
      [...all, alone('new'), inService('c', 'web', 'c-web-1')],
      all.filter(({ compose }) => compose?.project !== 'a'),
      [],
      // Moved to another project under its old id.
      all.map((each) =>
        each.name === 'b-web-1' ? { ...each, ...inService('a', 'web', 'a-web-3'), id: each.id } : each,
      ),
    ];
    for (const step of steps) {
      const ids = [...all, ...step].map(({ id }) => id);
      assert.deepEqual(after(ids, step), groupContainers(step));
      const differing = ids.filter(
        (id) =>
          JSON.stringify(all.find((each) => each.id === id)) !== JSON.stringify(step.find((each) => each.id === id)),
      );
      assert.deepEqual(
        after(
          differing,
          step.filter(({ id }) => differing.includes(id)),
        ),
        groupContainers(step),
      );
    }
  });
  it('are the same values where nothing changed', () => {
    assert.equal(
      after(
        all.map(({ id }) => id),
        all.map((each) => ({ ...each })),
      ),
      before,
    );
  });
  it('keep projects and services that nothing touched', () => {
    const changedOne = { ...changed('a-web-1', { status: 'Up 9 minutes' }) };
    const { projects, otherContainers } = after([changedOne.id], [changedOne]);
    assert.equal(projects[1], before.projects[1]);
    assert.equal(otherContainers, before.otherContainers);
    assert.equal(projects[0]?.services[0], before.projects[0]?.services[0]);
    assert.notEqual(projects[0]?.services[1], before.projects[0]?.services[1]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filterView } from '../../../src/application/vms/filterView.ts';
import { groupContainers } from '../../../src/application/vms/groupContainers.ts';
import { container, engineInfo } from './fakes.ts';

const view = {
  info: engineInfo,
  way: { place: 'ssh' as const },
  updatedAtMs: 0,
  ...groupContainers([
    container('claw-gateway-1', {
      compose: { project: 'claw', service: 'gateway', workingDirectory: '', configFiles: [] },
    }),
    container('claw-db-1', {
      compose: { project: 'claw', service: 'db', workingDirectory: '', configFiles: [] },
      image: 'postgres:17',
    }),
  ]),
  otherContainers: [container('stray', { image: 'alpine' })],
};
const names = (text: string): readonly string[] => {
  const { projects, otherContainers } = filterView(view, text);
  return [
    ...projects.flatMap(({ services }) => services.flatMap(({ containers }) => containers)),
    ...otherContainers,
  ].map(({ name }) => name);
};

describe('filterView', () => {
  it('keeps everything without a text', () => assert.equal(filterView(view, ' '), view));
  it('keeps all of a project that matches', () =>
    assert.deepEqual(names('CLAW').toSorted(), ['claw-db-1', 'claw-gateway-1']));
  it('keeps the service that matches', () => assert.deepEqual(names('gateway'), ['claw-gateway-1']));
  it('finds a container by its image', () => assert.deepEqual(names('postgres'), ['claw-db-1']));
  it('finds other containers', () => assert.deepEqual(names('stra'), ['stray']));
  it('keeps nothing where nothing matches', () => assert.deepEqual(names('nope'), []));
});

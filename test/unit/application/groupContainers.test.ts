import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupContainers, isOneOff } from '../../../src/application/vms/groupContainers.ts';
import { container } from './fakes.ts';

const labels = (project: string, service: string) => ({
  project,
  service,
  workingDirectory: `/srv/${project}`,
  configFiles: [],
});

test('containers stand below their project and service, the gateway first, all sorted by name', () => {
  const { projects, otherContainers } = groupContainers([
    container('b-web-1', { image: 'nginx', compose: labels('b', 'web') }),
    container('b-openclaw-gateway-10', { compose: labels('b', 'openclaw-gateway') }),
    container('b-openclaw-gateway-2', { compose: labels('b', 'openclaw-gateway') }),
    container('b-cache-1', { image: 'redis', compose: labels('b', 'cache') }),
    container('a-openclaw-cli-1', { compose: labels('a', 'openclaw-cli') }),
    { ...withoutCompose('zebra') },
    { ...withoutCompose('ape') },
  ]);
  assert.deepEqual(
    projects.map(({ name, workingDirectory, services }) => [
      name,
      workingDirectory,
      services.map((service) => [service.name, service.isGateway, service.containers.map((each) => each.name)]),
    ]),
    [
      ['a', '/srv/a', [['openclaw-cli', false, ['a-openclaw-cli-1']]]],
      [
        'b',
        '/srv/b',
        [
          ['openclaw-gateway', true, ['b-openclaw-gateway-2', 'b-openclaw-gateway-10']],
          ['cache', false, ['b-cache-1']],
          ['web', false, ['b-web-1']],
        ],
      ],
    ],
  );
  assert.deepEqual(
    otherContainers.map(({ name }) => name),
    ['ape', 'zebra'],
  );
});

test('an engine without containers has none', () => {
  assert.deepEqual(groupContainers([]), { projects: [], otherContainers: [] });
});

test('containers of `docker compose run` are told by their names', () => {
  assert.ok(isOneOff(container('p-openclaw-gateway-run-0123456789ab')));
  assert.ok(!isOneOff(container('p-openclaw-gateway-1')));
});

function withoutCompose(name: string) {
  const { compose: _, ...rest } = container(name);
  return rest;
}

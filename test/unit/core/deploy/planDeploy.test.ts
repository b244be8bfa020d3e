import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDeploy } from '../../../../src/core/deploy/planDeploy.ts';

const target = { folder: '/opt/openclaw', gatewayService: 'openclaw-gateway' };
const compose = ['docker', 'compose', '--progress', 'plain'];

test('build builds the images, and nothing else', () => {
  assert.deepEqual(planDeploy('build', target), [
    { id: 'build', title: 'Build the images', argv: [...compose, 'build'], workingDirectory: '/opt/openclaw' },
  ]);
});

test('deploy builds, then starts the gateway’s service', () => {
  assert.deepEqual(
    planDeploy('deploy', target).map(({ argv }) => argv),
    [
      [...compose, 'build'],
      [...compose, 'up', '-d', 'openclaw-gateway'],
    ],
  );
});

test('update pulls the sources, builds, and starts every service', () => {
  assert.deepEqual(
    planDeploy('update', target).map(({ id, argv }) => [id, argv]),
    [
      ['pull', ['git', 'pull', '--ff-only']],
      ['build', [...compose, 'build']],
      ['up', [...compose, 'up', '-d']],
    ],
  );
});

test('compose files are given to every compose step, in their order', () => {
  const configFiles = ['docker-compose.yml', 'my override; rm -rf.yml'];
  const files = ['-f', 'docker-compose.yml', '-f', 'my override; rm -rf.yml'];
  assert.deepEqual(
    planDeploy('update', { ...target, configFiles }).map(({ argv }) => argv),
    [
      ['git', 'pull', '--ff-only'],
      [...compose, ...files, 'build'],
      [...compose, ...files, 'up', '-d'],
    ],
  );
});

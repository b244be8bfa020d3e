import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectEra, type EraEvidence } from '../../../../src/core/gateway/detectEra.ts';
import type { GatewayEra } from '../../../../src/core/gateway/GatewayEra.ts';
import { isGatewayService } from '../../../../src/core/gateway/isGatewayService.ts';

const bind = (target: string) => ({ kind: 'bind', source: '/srv', target, readOnly: false, anonymous: false }) as const;

const cases: readonly (readonly [string, EraEvidence, GatewayEra])[] = [
  ['no evidence', {}, 'openclaw'],
  ['the first state folder', { mounts: [bind('/home/node/.clawdbot')], service: 'clawdbot-gateway' }, 'clawdbot'],
  [
    'the first state folder under the second name',
    { mounts: [bind('/home/node/.clawdbot')], service: 'moltbot-gateway' },
    'moltbot',
  ],
  ['the second image', { image: 'moltbot:local' }, 'moltbot'],
  [
    'variables of the first name',
    { environment: new Map([['CLAWDBOT_GATEWAY_TOKEN', 'x']]), image: 'app' },
    'clawdbot',
  ],
  ['the state folder of the page', { mounts: [bind('/home/node/.openclaw')], image: 'openclaw:local' }, 'openclaw'],
  [
    'an old image name, today’s state folder',
    { mounts: [bind('/home/node/.openclaw')], image: 'clawdbot:local' },
    'openclaw',
  ],
  ['the folder of the credential key', { mounts: [bind('/home/node/.config/openclaw')] }, 'openclawSecretKey'],
  ['the version before that folder', { version: '2026.5.11', image: 'openclaw:local' }, 'openclaw'],
  ['the version with that folder', { version: '2026.5.12', image: 'openclaw:local' }, 'openclawSecretKey'],
  ['the tag of an official image', { image: 'ghcr.io/openclaw/openclaw:2026.9.3' }, 'openclawSecretKey'],
  ['a dated tag', { image: 'ghcr.io/openclaw/openclaw:2026.8.1-r20260820' }, 'openclawSecretKey'],
];

for (const [what, evidence, era] of cases) {
  test(`${what}: ${era}`, () => assert.equal(detectEra(evidence), era));
}

const services: readonly (readonly [string, string, string | undefined, boolean])[] = [
  ['openclaw-gateway', 'anything:1', undefined, true],
  ['moltbot-gateway', 'moltbot:local', undefined, true],
  ['clawdbot-gateway', 'clawdbot:local', undefined, true],
  ['openclaw', 'ghcr.io/openclaw/openclaw:latest', undefined, true],
  ['app', 'ghcr.io/openclaw/openclaw@sha256:abc', undefined, true],
  ['app', 'myproject-openclaw-gateway', undefined, true],
  ['app', 'openclaw-gateway:local', undefined, true],
  ['app', 'app:1', 'docker-entrypoint.sh node dist/index.js gateway --bind lan', true],
  ['app', 'app:1', 'tini -s -- node openclaw.mjs gateway', true],
  ['openclaw-cli', 'ghcr.io/openclaw/openclaw:latest', undefined, false],
  ['web', 'nginx:1', 'nginx -g daemon off;', false],
  ['api-gateway', 'kong:3', '/docker-entrypoint.sh kong docker-start', false],
  ['notopenclaw', 'registry/notopenclaw:1', undefined, false],
];

for (const [service, image, command, expected] of services) {
  test(`${service} (${image}) is ${expected ? 'a' : 'no'} gateway`, () =>
    assert.equal(isGatewayService({ service, image, command }), expected));
}

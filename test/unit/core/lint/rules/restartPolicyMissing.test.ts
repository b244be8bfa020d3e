// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'restart-policy-missing';
const image = 'image: ghcr.io/openclaw/openclaw:2026.9.6';

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'a gateway without one': {
      'docker-compose.yml': `services:
  openclaw-gateway:
  ^^^^^^^^^^^^^^^^
    ${image}
`,
    },
    'a gateway that the project builds': {
      Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n',
      'compose.yaml': `services:
  bot:
  ^^^
    build: .
    ports: ["127.0.0.1:18789:18789"]
`,
    },
    'the command under another name': {
      'compose.yaml': `services:
  assistant:
  ^^^^^^^^^
    image: node:24
    command: npx openclaw gateway --port 18789
`,
    },
    'only resource limits in deploy': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    ${image}
    deploy:
      resources:
        limits:
          memory: 4G
`,
    },
    'an override file that says nothing about it either': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    ${image}
`,
      'compose.override.yaml': 'services:\n  openclaw:\n    mem_limit: 4g\n',
    },
    'the gateway, not its database': {
      'compose.yaml': `services:
  db:
    image: postgres:17
  openclaw-gateway:
  ^^^^^^^^^^^^^^^^
    ${image}
`,
    },
    'a moltbot': {
      'compose.yaml': `services:
  moltbot-gateway:
  ^^^^^^^^^^^^^^^
    image: moltbot:local
`,
    },
    'a service that extends one without': {
      'compose.yaml': `services:
  base:
    ${image}
  openclaw:
  ^^^^^^^^
    extends:
      service: base
    command: openclaw gateway
`,
    },
    'a gateway that is told where its browser is': {
      'compose.yaml': `services:
  clawdbot-gateway:
  ^^^^^^^^^^^^^^^^
    build: .
    environment:
      CLAWDBOT_BROWSER_URL: http://browser:9222
    ports: ["127.0.0.1:18789:18789"]
`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const silent: Readonly<Record<string, Files>> = {
    'unless-stopped': { 'compose.yaml': `services:\n  openclaw:\n    ${image}\n    restart: unless-stopped\n` },
    'a policy from a merge key': {
      'compose.yaml': `x-base: &base\n  restart: always\nservices:\n  openclaw:\n    <<: *base\n    ${image}\n`,
    },
    'a policy in the override file': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n`,
      'compose.override.yaml': 'services:\n  openclaw:\n    restart: always\n',
    },
    'a policy in the service that it extends': {
      'compose.yaml': `services:\n  openclaw:\n    extends:\n      file: base.compose.yml\n      service: b\n    ${image}\n`,
      'compose.base.yml': `services:\n  b:\n    ${image}\n    restart: always\n`,
    },
    'a swarm service': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    deploy:\n      restart_policy:\n        condition: any\n`,
    },
    'replicas of a swarm': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    deploy:\n      replicas: 1\n`,
    },
    'an explicit "no"': { 'compose.yaml': `services:\n  openclaw:\n    ${image}\n    restart: "no"\n` },
    'the command line service': {
      'compose.yaml': `services:\n  openclaw-gateway:\n    ${image}\n    restart: always\n  openclaw-cli:\n    ${image}\n    entrypoint: ["node", "openclaw.mjs"]\n`,
    },
    'an override file alone': {
      'compose.override.yaml': 'services:\n  openclaw-gateway:\n    ports: ["127.0.0.1:18789:18789"]\n',
    },
    'a service behind a profile': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    profiles: [debug]\n`,
    },
    'a file for development': { 'compose.dev.yaml': `services:\n  openclaw:\n    ${image}\n` },
    'a file among the tests': { 'tests/openclaw/docker-compose.yml': `services:\n  openclaw:\n    ${image}\n` },
    'a file for Coolify': {
      'compose.yaml': `services:\n  openclaw:\n    image: coollabsio/openclaw:2026.2.6\n    environment:\n      - SERVICE_FQDN_OPENCLAW_8080\n      - OPENCLAW_STATE_DIR=/data\n`,
    },
    'a one-off': { 'compose.yaml': `services:\n  openclaw:\n    ${image}\n    command: openclaw onboard\n` },
    'another gateway': { 'compose.yaml': 'services:\n  api-gateway:\n    image: kong\n    command: kong gateway\n' },
    'the program without a command, for compose run': {
      'compose.yaml':
        'services:\n  cli-work:\n    build: .\n    environment:\n      OPENCLAW_GATEWAY_TOKEN: abc\n    volumes:\n      - ~/.openclaw-work:/home/node/.openclaw\n    entrypoint: ["node", "dist/index.js"]\n',
      Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n',
    },
    'something in the network of the gateway': {
      'compose.yaml': `services:\n  openclaw-gateway:\n    ${image}\n    restart: always\n  openclaw-discovery:\n    image: acme/openclaw-extra\n    network_mode: service:openclaw-gateway\n    command: python3 /srv/announce.py\n    volumes:\n      - ./state:/home/node/.openclaw\n`,
    },
    'a product that only has the name in its own': {
      'compose.yaml':
        'services:\n  api:\n    image: ghcr.io/acme/openclaw-projects-api:latest\n    environment:\n      OPENCLAW_API_TOKEN: ${TOKEN:-}\n',
    },
    'a panel that shares the state and the token': {
      'compose.yaml':
        'services:\n  mission-hub:\n    build: ./hub\n    environment:\n      - OPENCLAW_GATEWAY_TOKEN=${TOKEN}\n    volumes:\n      - ./state:/root/.openclaw\n',
    },
    'a client of a gateway that only the host knows': {
      'compose.yaml':
        'services:\n  board:\n    build: .\n    environment:\n      - OPENCLAW_GATEWAY_URL=${GATEWAY_URL}\n    volumes:\n      - ./state:/root/.openclaw\n    ports: ["18789:18789"]\n',
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  it('adds a policy below the image, comments kept', () =>
    assert.deepEqual(
      fixFirst(rule, { 'compose.yaml': `services:\n  openclaw: # mine\n    ${image} # pinned\n    init: true\n` }),
      {
        'compose.yaml': `services:\n  openclaw: # mine\n    ${image} # pinned\n    restart: unless-stopped\n    init: true\n`,
      },
    ));

  it('adds a policy to a service that is built', () =>
    assert.deepEqual(
      fixFirst(rule, {
        'compose.yaml':
          'services:\r\n    openclaw-gateway:\r\n        build: .\r\n        environment: [OPENCLAW_X=1]\r\n',
      }),
      {
        'compose.yaml':
          'services:\r\n    openclaw-gateway:\r\n        restart: unless-stopped\r\n        build: .\r\n        environment: [OPENCLAW_X=1]\r\n',
      },
    ));
});

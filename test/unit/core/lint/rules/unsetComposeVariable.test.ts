// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files } from '../check.ts';

const rule = 'unset-compose-variable';
const head = 'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n';
const env = { '.env': 'OPENCLAW_GATEWAY_TOKEN=5f3c0b1e\n' };
const mount = { 'compose.yaml': `${head}    volumes:\n      - \${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw\n` };

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'a mount whose source .env forgot': {
      ...env,
      'compose.yaml': `${head}    volumes:
      - \${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw
        ^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a mount whose source the example forgot': {
      '.env.example': 'OPENCLAW_GATEWAY_TOKEN=\n',
      'compose.yaml': `${head}    volumes:
      - "\${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw"
         ^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a folder below a variable': {
      ...env,
      'compose.yaml': `${head}    volumes:
      - \${DATA_ROOT}/openclaw:/home/node/.openclaw
        ^^^^^^^^^^^^
`,
    },
    'the long syntax': {
      ...env,
      'compose.yaml': `${head}    volumes:
      - type: bind
        source: $STATE
                ^^^^^^
        target: /home/node/.openclaw
`,
    },
    'a port': {
      ...env,
      'compose.yaml': `${head}    ports:
      - "127.0.0.1:\${GATEWAY_PORT}:18789"
                   ^^^^^^^^^^^^^^^
`,
    },
    'the tag of the image': {
      ...env,
      'compose.yaml': `services:
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:\${OPENCLAW_VERSION}
                                     ^^^^^^^^^^^^^^^^^^^
`,
    },
    'a variable that only env_file sets': {
      ...env,
      'gateway.env': 'OPENCLAW_CONFIG_DIR=/srv/claw\n',
      'compose.yaml': `${head}    env_file: gateway.env
    volumes:
      - \${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw
        ^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'an override file': {
      ...env,
      'compose.yaml': head,
      'compose.override.yaml': `services:
  openclaw-gateway:
    volumes:
      - \${EXTRA_DIR}:/extra
        ^^^^^^^^^^^^
`,
    },
    'each of several': {
      ...env,
      'compose.yaml': `${head}    volumes:
      - \${A}:/home/node/.openclaw
        ^^^^
      - \${B}:/home/node/.openclaw/workspace
        ^^^^
`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  it('says where env_file sets it', () => {
    const [problem] = check(rule, found['a variable that only env_file sets'] as Files);
    assert.match(problem?.message ?? '', /gateway\.env sets it inside the container only/);
  });

  const silent: Readonly<Record<string, Files>> = {
    'a default': {
      ...env,
      'compose.yaml': `${head}    volumes:\n      - \${OPENCLAW_CONFIG_DIR:-./state}:/home/node/.openclaw\n`,
    },
    'a default that is a variable itself': {
      ...env,
      'compose.yaml': `${head}    volumes:\n      - \${OPENCLAW_CONFIG_DIR:-\${HOME:-/tmp}/.openclaw}:/home/node/.openclaw\n`,
    },
    'a demand': { ...env, 'compose.yaml': `${head}    volumes:\n      - \${DIR:?set it}:/home/node/.openclaw\n` },
    'a variable that .env sets': { ...mount, '.env': 'OPENCLAW_CONFIG_DIR=/srv/claw\n' },
    'a variable of the example': { ...mount, '.env.example': 'OPENCLAW_CONFIG_DIR=\n' },
    'a variable that stands there as a comment': { ...mount, '.env.example': '# OPENCLAW_CONFIG_DIR=/srv/claw\n' },
    'a project that says nothing about its variables': mount,
    'a variable that a script sets': { ...mount, ...env, 'setup.sh': 'export OPENCLAW_CONFIG_DIR=/srv/claw\n' },
    'another env file by a script': { ...mount, ...env, 'up.sh': 'docker compose --env-file prod.env up -d\n' },
    'HOME and PWD': {
      ...env,
      'compose.yaml': `${head}    volumes:\n      - \${HOME}/.openclaw:/home/node/.openclaw\n      - $PWD/skills:/skills\n`,
    },
    'an API key that may be empty': {
      ...env,
      'compose.yaml': `${head}    environment:\n      OPENAI_API_KEY: \${OPENAI_API_KEY}\n`,
    },
    'another service': {
      ...env,
      'compose.yaml': `${head}  db:\n    image: postgres:17\n    volumes:\n      - \${DB_DIR}:/var/lib/postgresql/data\n`,
    },
    'an escaped dollar': { ...env, 'compose.yaml': `${head}    volumes:\n      - ./a$\${B}:/extra\n` },
    'a variable of the project that includes the file': {
      '.env': 'OPENCLAW_CONFIG_DIR=/srv/claw\n',
      'compose.yaml': 'include:\n  - openclaw/compose.yaml\n',
      'openclaw/.env': 'OPENCLAW_GATEWAY_TOKEN=5f3c0b1e\n',
      'openclaw/compose.yaml': mount['compose.yaml'],
    },
    'a variable of an env file that the include names': {
      'docker-compose.yml': 'include:\n  - path: [stacks/openclaw/compose.yaml]\n    env_file: env/claw.env\n',
      'env/claw.env': 'OPENCLAW_CONFIG_DIR=/srv/claw\n',
      'stacks/openclaw/.env': 'OPENCLAW_GATEWAY_TOKEN=5f3c0b1e\n',
      'stacks/openclaw/compose.yaml': mount['compose.yaml'],
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'single-file-config-bind';

/** A gateway service with these further lines. */
const gateway = (lines: string): string =>
  `services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n${lines}`;

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'the config file alone': {
      'docker-compose.yml': gateway(`    volumes:
      - ./openclaw.json:/home/node/.openclaw/openclaw.json
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'a read-only file below the mounted state folder': {
      'docker-compose.yml': gateway(`    volumes:
      - ./openclaw/state:/home/node/.openclaw
      - ./openclaw/openclaw.json:/home/node/.openclaw/openclaw.json:ro
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'the long syntax': {
      'compose.yaml': gateway(`    volumes:
      - type: bind
        ^^^^^^^^^^
        source: ./openclaw.json
        target: /home/node/.openclaw/openclaw.json
`),
    },
    'a home of root': {
      'compose.yaml': gateway(`    user: root
    volumes:
      - "./openclaw.json:/root/.openclaw/openclaw.json"
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'a clawdbot': {
      'compose.yaml': `services:
  clawdbot-gateway:
    image: clawdbot:local
    volumes:
      - ./clawdbot.json:/home/node/.clawdbot/clawdbot.json
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'the path that OPENCLAW_CONFIG_PATH names': {
      'compose.yaml': gateway(`    environment:
      OPENCLAW_CONFIG_PATH: /etc/openclaw/openclaw.json
    volumes:
      - ./openclaw.json:/etc/openclaw/openclaw.json
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'a source from a variable': {
      'compose.yaml': gateway(`    volumes:
      - \${CONFIG_FILE}:/home/node/.openclaw/openclaw.json
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'a file in a custom state folder': {
      'compose.yaml': gateway(`    environment:
      - OPENCLAW_STATE_DIR=/data
    volumes:
      - data:/data
      - ./openclaw.json:/data/openclaw.json
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'an override file that adds it': {
      'docker-compose.yml': gateway('    volumes: ["./state:/home/node/.openclaw"]\n'),
      'docker-compose.override.yml': `services:
  openclaw-gateway:
    volumes:
      - ./openclaw.json:/home/node/.openclaw/openclaw.json
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const silent: Readonly<Record<string, Files>> = {
    'the folder': { 'compose.yaml': gateway('    volumes:\n      - ./state:/home/node/.openclaw\n') },
    'a template elsewhere': {
      'compose.yaml': gateway('    volumes:\n      - ./openclaw.json:/app/openclaw.json:ro\n'),
    },
    'a template in the folder of an entrypoint': {
      'compose.yaml': gateway('    volumes:\n      - ./openclaw.json:/defaults/openclaw.json:ro\n'),
    },
    'other files of the state folder': {
      'compose.yaml': gateway(
        '    volumes:\n      - data:/home/node/.openclaw\n      - ./AGENT.md:/home/node/.openclaw/AGENT.md:ro\n',
      ),
    },
    'a config path elsewhere': {
      'compose.yaml': gateway(
        '    environment:\n      OPENCLAW_CONFIG_PATH: /state/openclaw.json\n    volumes:\n      - ./seed.json:/home/node/.openclaw/openclaw.json\n',
      ),
    },
    'a state folder elsewhere': {
      'compose.yaml': gateway(
        '    environment:\n      OPENCLAW_STATE_DIR: /state\n    volumes:\n      - ./openclaw.json:/home/node/.openclaw/openclaw.json:ro\n',
      ),
    },
    'a dashboard that only reads it': {
      'compose.yaml':
        'services:\n  dashboard:\n    image: node:24\n    volumes:\n      - ./openclaw.json:/root/.openclaw/openclaw.json:ro\n',
    },
    'an override that replaces the mounts': {
      'compose.yaml': gateway('    volumes:\n      - ./openclaw.json:/home/node/.openclaw/openclaw.json\n'),
      'compose.override.yaml':
        'services:\n  openclaw-gateway:\n    volumes: !override\n      - ./state:/home/node/.openclaw\n',
    },
    'a folder that has a strange name': {
      'openclaw.json/openclaw.json': '{}',
      'compose.yaml': gateway('    volumes:\n      - ./openclaw.json:/home/node/.openclaw/openclaw.json\n'),
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  it('offers the folder of the file', () =>
    assert.deepEqual(
      fixFirst(rule, {
        'compose.yaml': gateway(
          '    volumes:\n      - "./config/openclaw.json:/home/node/.openclaw/openclaw.json:ro" # config\n',
        ),
      }),
      { 'compose.yaml': gateway('    volumes:\n      - "./config:/home/node/.openclaw" # config\n') },
    ));

  for (const [why, mounts] of [
    ['the file lies in the project itself', ['./openclaw.json:/home/node/.openclaw/openclaw.json']],
    ['the folder is taken', ['./c/openclaw.json:/home/node/.openclaw/openclaw.json', 's:/home/node/.openclaw']],
  ] as const) {
    it(`offers nothing where ${why}`, () => {
      const yaml = gateway(`    volumes:\n${mounts.map((mount) => `      - ${mount}\n`).join('')}`);
      assert.throws(() => fixFirst(rule, { 'compose.yaml': yaml }), /has no fix/);
    });
  }
});

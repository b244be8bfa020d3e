// biome-ignore-all lint/suspicious/noTemplateCurlyInString: compose and shells replace it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'gateway-bind';
const image = 'image: ghcr.io/openclaw/openclaw:2026.9.6';

/** A gateway service with this command and a published port. */
const published = (command: string): Files => ({
  'compose.yaml': `services:\n  openclaw-gateway:\n    ${image}\n    ports: ["127.0.0.1:18789:18789"]\n    command: ${command}\n`,
});
/** An image whose compose service publishes the port. */
const built = (dockerfile: string, more: Readonly<Record<string, string>> = {}): Files => ({
  Dockerfile: dockerfile,
  'compose.yaml': 'services:\n  openclaw:\n    build: .\n    ports: ["18789:18789"]\n',
  ...more,
});

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'loopback behind a published port': published(`["node", "openclaw.mjs", "gateway", "--bind", "loopback"]
                                                           ^^^^^^^^^^
`),
    'loopback as the default of a variable':
      published(`["node", "dist/index.js", "gateway", "--bind", "\${OPENCLAW_GATEWAY_BIND:-loopback}"]
                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    'loopback in a command string': published(`openclaw gateway --port 18789 --bind loopback
                                                  ^^^^^^^^
`),
    '0.0.0.0, which is no mode': published(`openclaw gateway --bind 0.0.0.0
                                     ^^^^^^^
`),
    'the form with =': published(`openclaw gateway --bind=0.0.0.0 --allow-unconfigured
                              ^^^^^^^^^^^^^^
`),
    'localhost in a Dockerfile that nothing runs yet': `
FROM node:24
CMD ["openclaw", "gateway", "--bind", "localhost"]
                                       ^^^^^^^^^
`,
    'an address in a script that is run at start': {
      Dockerfile: 'FROM node:24\nCOPY start.sh /start.sh\nENTRYPOINT ["tini", "--", "/start.sh"]\n',
      'start.sh': `#!/bin/sh
set -e
exec gosu node openclaw gateway \\
  --bind 127.0.0.1 \\
         ^^^^^^^^^
  --port 18789
`,
    },
    'arguments to the entrypoint of the image': {
      Dockerfile: 'FROM node:24\nENTRYPOINT ["node", "/app/openclaw.mjs"]\n',
      'compose.yaml': `services:
  openclaw:
    build: .
    command: ["gateway", "--bind", "0.0.0.0"]
                                   ^^^^^^^^^
`,
    },
    'loopback in the CMD of an image that compose publishes': built(`FROM node:24
CMD ["openclaw", "gateway", "--bind", "loopback"]
                                       ^^^^^^^^
`),
    'an address in .env that the command takes': {
      ...(published(`openclaw gateway --bind «\${OPENCLAW_GATEWAY_BIND:-lan}»`) as Record<string, string>),
      '.env': 'OPENCLAW_GATEWAY_BIND=0.0.0.0\n',
    },
    'an address in the environment that a script takes': {
      Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': '#!/bin/sh\nexec openclaw gateway --bind "«${OPENCLAW_GATEWAY_BIND:-lan}»"\n'.replace(
        /"«(.*)»"/,
        '«"$1"»',
      ),
      'compose.yaml': 'services:\n  openclaw:\n    build: .\n    environment:\n      OPENCLAW_GATEWAY_BIND: 0.0.0.0\n',
    },
    'an address in the ENV of an image that nothing else describes': {
      Dockerfile:
        'FROM node:24\nENV OPENCLAW_GATEWAY_BIND=0.0.0.0\nCMD exec openclaw gateway --bind «${OPENCLAW_GATEWAY_BIND:-lan}»\n',
    },
    'an address in a process of fly.toml': {
      Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n',
      'fly.toml': '[processes]\n  app = "node dist/index.js gateway --port 3000 --bind «0.0.0.0»"\n',
    },
    'loopback in the config of the mounted folder': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    ports: ["18789:18789"]\n    volumes: ["./state:/home/node/.openclaw"]\n`,
      'state/openclaw.json': `{
  // mine
  "gateway": { "mode": "local", "bind": "loopback" }
                                        ^^^^^^^^^^
}
`,
    },
    'loopback in the config that the image copies': built(
      'FROM ghcr.io/openclaw/openclaw:latest\nCOPY openclaw.json /home/node/.openclaw/openclaw.json\n',
      {
        'openclaw.json': `{ gateway: { bind: "loopback" } }
                   ^^^^^^^^^^
`,
      },
    ),
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const config = '{ "gateway": { "bind": "loopback" } }';
  const silent: Readonly<Record<string, Files>> = {
    lan: published('["node", "openclaw.mjs", "gateway", "--bind", "lan"]'),
    'lan as the default of a variable': published(`openclaw gateway --bind \${BIND:-lan}`),
    'a mode that only .env knows': published(`openclaw gateway --bind \${BIND}`),
    'lan by .env over a loopback default': {
      ...(published(`openclaw gateway --bind \${BIND:-loopback}`) as Record<string, string>),
      '.env': 'BIND=lan\n',
    },
    'loopback without a published port': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    command: openclaw gateway --bind loopback\n`,
    },
    'loopback behind another port': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    ports: ["3500:3500"]\n    command: openclaw gateway --bind loopback\n`,
    },
    'loopback on the host network': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    network_mode: host\n    ports: ["18789:18789"]\n    command: openclaw gateway --bind loopback\n`,
    },
    'loopback with a proxy in its network': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    ports: ["18789:18789"]\n    command: openclaw gateway --bind loopback\n  socat:\n    image: alpine/socat\n    network_mode: service:openclaw\n    command: tcp-listen:18789,fork tcp:127.0.0.1:18789\n`,
    },
    'loopback with a proxy in the container': built(
      'FROM node:24\nCMD nginx && exec openclaw gateway --bind loopback\n',
    ),
    'loopback in a Dockerfile without compose': 'FROM node:24\nCMD ["openclaw", "gateway", "--bind", "loopback"]\n',
    'a CMD that compose overrides': {
      Dockerfile: 'FROM node:24\nCMD ["openclaw", "gateway", "--bind", "loopback"]\n',
      'compose.yaml':
        'services:\n  openclaw:\n    build: .\n    ports: ["18789:18789"]\n    command: openclaw gateway --bind lan\n',
    },
    'a config that the command overrules': {
      ...(published('openclaw gateway --bind lan\n    volumes: ["./state:/home/node/.openclaw"]') as Record<
        string,
        string
      >),
      'state/openclaw.json': config,
    },
    'an address in .env that no command takes': {
      ...(published('openclaw gateway --bind lan') as Record<string, string>),
      '.env': 'OPENCLAW_GATEWAY_BIND=0.0.0.0\n',
    },
    'an address in the environment, which compose does not put into the command': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    ports: ["18789:18789"]\n    environment:\n      OPENCLAW_GATEWAY_BIND: 0.0.0.0\n    command: openclaw gateway --bind \${OPENCLAW_GATEWAY_BIND:-lan}\n`,
    },
    'a mode in the ENV of the image': {
      Dockerfile: 'FROM node:24\nENV BIND=lan\nCMD exec openclaw gateway --bind ${BIND:-0.0.0.0}\n',
    },
    'a config that nothing mounts': {
      ...(published('openclaw gateway') as Record<string, string>),
      'openclaw.json': config,
    },
    'a config with lan': {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    ports: ["18789:18789"]\n    volumes: ["./state:/home/node/.openclaw"]\n`,
      'state/openclaw.json': '{ "gateway": { "bind": "lan" } }',
    },
    'the bind option of other programs': 'FROM python:3\nCMD ["gunicorn", "gateway", "--bind", "0.0.0.0:8000"]\n',
    'a gateway of another make': 'FROM node:24\nCMD ["hermes", "gateway", "--bind", "0.0.0.0"]\n',
    'a help text': 'FROM node:24\nCMD echo "openclaw gateway --bind 0.0.0.0"\n',
    'a start that chooses': built(
      'FROM node:24\nCMD if [ -n "$P" ]; then exec openclaw gateway --bind lan; else exec openclaw gateway --bind loopback; fi\n',
    ),
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  for (const [before, after] of [
    ['openclaw gateway --bind loopback # web', 'openclaw gateway --bind lan # web'],
    ['["openclaw", "gateway", "--bind", "0.0.0.0"]', '["openclaw", "gateway", "--bind", "lan"]'],
    ['openclaw gateway --bind=0.0.0.0', 'openclaw gateway --bind=lan'],
    ['openclaw gateway --bind ${B:-loopback}', 'openclaw gateway --bind ${B:-lan}'],
  ] as const) {
    it(`fixes ${before}`, () => assert.deepEqual(fixFirst(rule, published(before)), published(after)));
  }
});

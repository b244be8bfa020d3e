// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'placeholder-token';
const head = 'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n';
/** A gateway service that takes its token from .env. */
const fromEnv = `${head}    environment:\n      OPENCLAW_GATEWAY_TOKEN: \${OPENCLAW_GATEWAY_TOKEN}\n`;

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'a literal in a list': {
      'compose.yaml': `${head}    environment:
      - ANTHROPIC_API_KEY=sk-placeholder
      - OPENCLAW_GATEWAY_TOKEN=changeme
                               ^^^^^^^^
`,
    },
    'a default of a variable': {
      'compose.yaml': `${head}    environment:
      OPENCLAW_GATEWAY_TOKEN: \${OPENCLAW_GATEWAY_TOKEN:-change_me_openclaw_token}
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'the word of the installation page in .env': {
      'compose.yaml': fromEnv,
      '.env': `OPENCLAW_IMAGE=openclaw:latest
OPENCLAW_GATEWAY_TOKEN=change-me-now
                       ^^^^^^^^^^^^^
`,
    },
    'the keyring password beside it': {
      'compose.yaml': `${head}    env_file: .env\n`,
      '.env': `OPENCLAW_GATEWAY_TOKEN=6b1f0c9d
GOG_KEYRING_PASSWORD="change-me-now" # later
                      ^^^^^^^^^^^^^
`,
    },
    'an env file of another name': {
      'compose.yaml': `${head}    env_file:\n      - path: gateway.env\n`,
      'gateway.env': `export OPENCLAW_GATEWAY_PASSWORD=your-password-here
                                 ^^^^^^^^^^^^^^^^^^
`,
    },
    'a token of the command': {
      'compose.yaml': `${head}    command: openclaw gateway --bind lan --token your-token-here
                                                 ^^^^^^^^^^^^^^^
`,
    },
    'the config of the mounted folder': {
      'compose.yaml': `${head}    volumes: ["./state:/home/node/.openclaw"]\n`,
      'state/openclaw.json': `{ "gateway": { "auth": { "mode": "token", "token": "change-me" } } }
                                                   ^^^^^^^^^^^
`,
    },
    'a clawdbot': {
      'compose.yaml': `services:
  clawdbot-gateway:
    image: clawdbot:local
    environment:
      CLAWDBOT_GATEWAY_TOKEN: "<your token>"
                              ^^^^^^^^^^^^^^
`,
    },
    'a word that says what it is': {
      'compose.yaml': `${head}    environment: { OPENCLAW_GATEWAY_TOKEN: placeholder }
                                           ^^^^^^^^^^^
`,
    },
    'a variable of the image': {
      Dockerfile: `
FROM ghcr.io/openclaw/openclaw:2026.9.6
ENV OPENCLAW_TZ=UTC \\
    OPENCLAW_GATEWAY_TOKEN=changeme
                           ^^^^^^^^
`,
    },
    'the word that the start script takes where nobody set one': {
      Dockerfile:
        'FROM node:24\nRUN npm install -g openclaw@2026.9.6\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
      'start.sh': `
#!/bin/sh
TOKEN="\${OPENCLAW_GATEWAY_TOKEN:-changeme}"
                                 ^^^^^^^^
exec openclaw gateway --bind lan --token "$TOKEN"
`,
    },
    'a word that compose hands to the program': {
      Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nENTRYPOINT ["openclaw"]\n',
      'compose.yaml': `services:
  openclaw:
    build: .
    command: ["gateway", "--bind", "lan", "--token", "change-me"]
                                                     ^^^^^^^^^^^
`,
    },
    'a container that nothing else shows to be a gateway': {
      'compose.yaml': `services:
  ai-container:
    build: .
    environment:
      - OPENCLAW_GATEWAY_TOKEN=your-token-here
                               ^^^^^^^^^^^^^^^
`,
    },
    'the password of the keyring': {
      'compose.yaml': `${head}    environment:
      - GOG_KEYRING_PASSWORD=change-me-now
                             ^^^^^^^^^^^^^
`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const silent: Readonly<Record<string, Files>> = {
    'a variable': { 'compose.yaml': fromEnv },
    'an empty default': {
      'compose.yaml': `${head}    environment:\n      OPENCLAW_GATEWAY_TOKEN: \${OPENCLAW_GATEWAY_TOKEN:-}\n`,
    },
    'a demand': {
      'compose.yaml': `${head}    environment:\n      OPENCLAW_GATEWAY_TOKEN: \${OPENCLAW_GATEWAY_TOKEN:?change me}\n`,
    },
    'a real token': {
      'compose.yaml': `${head}    environment:\n      - OPENCLAW_GATEWAY_TOKEN=5f3c0b1e8d7a46c2\n`,
    },
    'an example file': { 'compose.yaml': fromEnv, '.env.example': 'OPENCLAW_GATEWAY_TOKEN=change-me-now\n' },
    'a default that .env replaces': {
      'compose.yaml': `${head}    environment:\n      - OPENCLAW_GATEWAY_TOKEN=\${TOKEN:-changeme}\n`,
      '.env': 'TOKEN=5f3c0b1e8d7a46c2\n',
    },
    'dummy keys of model providers': {
      'compose.yaml': `${head}    environment:\n      OPENAI_API_KEY: changeme\n      OLLAMA_API_KEY: ollama-local\n`,
    },
    'another service': {
      'compose.yaml': `${head}  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: changeme\n      OPENCLAW_GATEWAY_TOKEN: changeme\n`,
    },
    'a project without a gateway': {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n',
      '.env': 'OPENCLAW_GATEWAY_TOKEN=change-me\n',
    },
    'a file for tests': { 'compose.test.yaml': `${head}    environment:\n      OPENCLAW_GATEWAY_TOKEN: changeme\n` },
    'a config that takes it from the environment': {
      'compose.yaml': `${head}    volumes: ["./state:/home/node/.openclaw"]\n`,
      'state/openclaw.json': `{ "gateway": { "auth": { "token": "\${OPENCLAW_GATEWAY_TOKEN}" } } }`,
    },
    'a comment in .env': { 'compose.yaml': fromEnv, '.env': '# OPENCLAW_GATEWAY_TOKEN=change-me\n' },
    'a simple word for the keyring': {
      'compose.yaml': `${head}    environment:\n      - GOG_KEYRING_PASSWORD=openclaw\n`,
    },
    'a comment in the start script': {
      Dockerfile: 'FROM node:24\nRUN npm i -g openclaw@2026.9.6\nCOPY start.sh /\nCMD ["/start.sh"]\n',
      'start.sh': '#!/bin/sh\n# TOKEN=${OPENCLAW_GATEWAY_TOKEN:-changeme}\nexec openclaw gateway\n',
    },
    'a script that no container starts': {
      ...{ 'compose.yaml': fromEnv },
      'scripts/check.sh':
        '#!/bin/sh\ncurl -H "x: ${OPENCLAW_GATEWAY_TOKEN:-changeme}" http://localhost:18789/healthz\n',
    },
    'a token of the start script’s own making': {
      Dockerfile: 'FROM node:24\nRUN npm i -g openclaw@2026.9.6\nCOPY start.sh /\nCMD ["/start.sh"]\n',
      'start.sh':
        '#!/bin/sh\nexport OPENCLAW_GATEWAY_TOKEN=${OPENCLAW_GATEWAY_TOKEN:-$(openssl rand -hex 32)}\nexec openclaw gateway\n',
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  it('never shows a value', () => {
    const [problem] = check(rule, {
      'compose.yaml': `${head}    environment:
      OPENCLAW_GATEWAY_PASSWORD: your-very-own-password
                                 ^^^^^^^^^^^^^^^^^^^^^^
`,
    });
    assert.doesNotMatch(problem?.message ?? '', /very-own/);
  });

  const demand = `\${OPENCLAW_GATEWAY_TOKEN:?set it in .env}`;
  for (const [before, after] of [
    ['OPENCLAW_GATEWAY_TOKEN: changeme # x', `OPENCLAW_GATEWAY_TOKEN: ${demand} # x`],
    ['OPENCLAW_GATEWAY_TOKEN: "changeme"', `OPENCLAW_GATEWAY_TOKEN: "${demand}"`],
    ['- OPENCLAW_GATEWAY_TOKEN=changeme', `- OPENCLAW_GATEWAY_TOKEN=${demand}`],
    ['- "OPENCLAW_GATEWAY_TOKEN=changeme"', `- "OPENCLAW_GATEWAY_TOKEN=${demand}"`],
    [`OPENCLAW_GATEWAY_TOKEN: \${TOKEN:-changeme}`, `OPENCLAW_GATEWAY_TOKEN: \${TOKEN:?set it in .env}`],
  ] as const) {
    it(`fixes ${before}`, () =>
      assert.deepEqual(fixFirst(rule, { 'compose.yaml': `${head}    environment:\n      ${before}\n` }), {
        'compose.yaml': `${head}    environment:\n      ${after}\n`,
      }));
  }
});

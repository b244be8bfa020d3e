import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'keyring-password-missing';
const head = 'services:\n  openclaw-gateway:\n    build: .\n';
const marked = 'services:\n  openclaw-gateway:\n  ^^^^^^^^^^^^^^^^\n    build: .\n';
const state = '    volumes:\n      - ./state:/home/node/.openclaw\n';
const kept = `${state}      - ./gogcli:/home/node/.config/gogcli\n`;
const password = '    environment:\n      GOG_KEYRING_PASSWORD: 5f3c0b1e\n';
const from = 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\n';
const curl = `${from}RUN curl -fsSL https://github.com/openclaw/gogcli/releases/download/v0.37.0/gogcli_0.37.0_linux_amd64.tar.gz | tar -xz -C /usr/local/bin gog\nUSER node\n`;
const copied = `${from}COPY --chmod=755 bin/gog /usr/local/bin/gog\nUSER node\n`;

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'a download, no password': { Dockerfile: curl, 'compose.yaml': marked + kept },
    'a copy, no password': { Dockerfile: copied, 'compose.yaml': marked + kept },
    'a package of Homebrew, no password': {
      Dockerfile: `${from}RUN brew install gh gogcli\nUSER node\n`,
      'compose.yaml': `${marked}    environment: { OPENCLAW_X: 1 }\n    volumes:\n      - home:/home/node\n`,
    },
    'a copy from another stage': {
      Dockerfile: `FROM golang:1.25 AS tools\nRUN go install github.com/openclaw/gogcli/cmd/gog@v0.37.0\n${from}COPY --from=tools /go/bin/gog /usr/local/bin/gog\nUSER node\n`,
      'compose.yaml': marked + kept,
    },
    'a password, but no mount': { Dockerfile: curl, 'compose.yaml': marked + password + state },
    'a keyring folder in a tmpfs': {
      Dockerfile: curl,
      'compose.yaml': `${marked}${password}${state}    tmpfs: [/home/node/.config/gogcli]\n`,
    },
    'the backend said in compose, whatever the image': {
      'compose.yaml': `services:
  openclaw-gateway:
  ^^^^^^^^^^^^^^^^
    image: ghcr.io/me/openclaw:1
    environment:
      - GOG_KEYRING_BACKEND=file
`,
    },
    'an env file that does not have it': {
      Dockerfile: curl,
      'compose.yaml': `${marked}    env_file: .env\n${kept}`,
      '.env': 'OPENCLAW_GATEWAY_TOKEN=5f3c\n',
    },
    'a missing env file whose example does not have it': {
      Dockerfile: curl,
      'compose.yaml': `${marked}    env_file: .env\n${kept}`,
      '.env.example': 'OPENCLAW_GATEWAY_TOKEN=\n',
    },
    'a config folder that is not mounted': {
      Dockerfile: curl,
      'compose.yaml': `${marked}    environment:\n      GOG_KEYRING_PASSWORD: 5f3c\n      XDG_CONFIG_HOME: /cfg\n${state}`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const silent: Readonly<Record<string, Files>> = {
    'password and mount': { Dockerfile: curl, 'compose.yaml': head + password + kept },
    'the whole home': { Dockerfile: curl, 'compose.yaml': `${head}${password}    volumes: ["home:/home/node"]\n` },
    'a config home in the state folder': {
      Dockerfile: curl,
      'compose.yaml': `${head}    environment:\n      - GOG_KEYRING_PASSWORD=\${GOG_KEYRING_PASSWORD}\n      - XDG_CONFIG_HOME=\${XDG_CONFIG_HOME:-/home/node/.openclaw}\n${state}`,
    },
    'a config home that only the host knows': {
      Dockerfile: curl,
      'compose.yaml': `${head}    environment:\n      - GOG_KEYRING_PASSWORD=\${GOG_KEYRING_PASSWORD}\n      - XDG_CONFIG_HOME=\${XDG_CONFIG_HOME}\n${state}`,
    },
    'a home of its own for gog': {
      Dockerfile: curl,
      'compose.yaml': `${head}    environment:\n      GOG_KEYRING_PASSWORD: x1\n      GOG_HOME: /home/node/.openclaw/gog\n${state}`,
    },
    'an env file that has it': {
      Dockerfile: curl,
      'compose.yaml': `${head}    env_file: [.env]\n${kept}`,
      '.env': 'GOG_KEYRING_PASSWORD=5f3c\n',
    },
    'an env file that is not here': { Dockerfile: curl, 'compose.yaml': `${head}    env_file: .env\n${kept}` },
    'an image without gog': { Dockerfile: from, 'compose.yaml': head + state },
    'gog in a stage that does not reach the image': {
      Dockerfile: `FROM golang:1.25 AS tools\nRUN go install github.com/openclaw/gogcli/cmd/gog@v0.37.0\n${from}USER node\n`,
      'compose.yaml': head + state,
    },
    'a word in an echo': { Dockerfile: `${from}RUN echo gog\nUSER node\n`, 'compose.yaml': head + state },
    'a secret service in the container': {
      Dockerfile: `${from}RUN apt-get install -y gnome-keyring\nCOPY gog /usr/local/bin/gog\n`,
      'compose.yaml': head + kept,
    },
    'another backend': {
      Dockerfile: curl,
      'compose.yaml': `${head}    environment:\n      GOG_KEYRING_BACKEND: keychain\n${kept}`,
    },
    'a service account': {
      Dockerfile: curl,
      'compose.yaml': `${head}    environment:\n      GOG_SERVICE_ACCOUNT_FILE: /run/secrets/sa.json\n${kept}`,
    },
    'a start script that sets it': {
      Dockerfile: `${copied}COPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n`,
      'start.sh': '#!/bin/sh\nexport GOG_KEYRING_PASSWORD="$(cat /run/secrets/gog)"\nexec node openclaw.mjs gateway\n',
      'compose.yaml': head + kept,
    },
    'a service that is no gateway': {
      Dockerfile: 'FROM alpine\nCOPY gog /usr/local/bin/gog\n',
      'compose.yaml': 'services:\n  mail:\n    build: .\n',
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  const demand = `\${GOG_KEYRING_PASSWORD:?set it in .env}`;
  for (const [before, after] of [
    ['      OPENCLAW_TZ: UTC # here\n', `      OPENCLAW_TZ: UTC # here\n      GOG_KEYRING_PASSWORD: ${demand}\n`],
    ['      - "OPENCLAW_TZ=UTC"\n', `      - "OPENCLAW_TZ=UTC"\n      - GOG_KEYRING_PASSWORD=${demand}\n`],
  ] as const) {
    it(`adds the password below ${before.trim()}`, () =>
      assert.deepEqual(
        fixFirst(rule, { Dockerfile: copied, 'compose.yaml': `${head}    environment:\n${before}${kept}` }),
        { 'compose.yaml': `${head}    environment:\n${after}${kept}` },
      ));
  }
});

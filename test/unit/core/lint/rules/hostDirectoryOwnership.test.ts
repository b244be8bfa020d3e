import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'host-directory-ownership';
/** The official image with these mounts. */
const mounts = (...lines: readonly string[]): string =>
  `services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:latest\n    volumes:\n${lines.map((line) => `      - ${line}\n`).join('')}`;
const srv = mounts('/srv/openclaw:/home/node/.openclaw');

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'a folder that sudo makes': {
      'compose.yaml': srv,
      'setup.sh': `#!/bin/bash
set -e
sudo mkdir -p /srv/openclaw
^^^^^^^^^^^^^^^^^^^^^^^^^^^
docker compose up -d
`,
    },
    'a folder inside it': {
      'compose.yaml': srv,
      'setup.sh': `sudo mkdir -p /srv/openclaw/{workspace,skills} /srv/openclaw/credentials
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a folder that a script for root makes': {
      'compose.yaml': srv,
      'bootstrap.sh': `if [ "$EUID" -ne 0 ]; then echo "run as root"; exit 1; fi
BASE=/srv/openclaw
mkdir -p "$BASE"
^^^^^^^^^^^^^^^^
`,
    },
    'a folder in a variable': {
      'compose.yaml': mounts(`\${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw`),
      'setup.sh': `sudo mkdir -p "\${OPENCLAW_CONFIG_DIR}"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a folder that goes to root': {
      'compose.yaml': mounts('./data:/home/node/.openclaw'),
      'setup.sh': `mkdir -p data
sudo chown -R root:root ./data
              ^^^^^^^^^
`,
    },
    'a folder that goes to another uid': {
      'compose.yaml': mounts('/opt/claw/state:/home/node/.openclaw'),
      'setup.sh': `sudo chown -R 1001:1001 /opt/claw
              ^^^^^^^^^
`,
    },
    'a folder in braces': {
      'compose.yaml': mounts('/srv/openclaw/config:/home/node/.openclaw'),
      'setup.sh': `sudo mkdir -p /srv/openclaw/{config,backup}
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a folder that install makes': {
      'compose.yaml': srv,
      'setup.sh': `sudo install -d -m 750 /srv/openclaw
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a variable that .env sets': {
      'compose.yaml': mounts(`\${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw`),
      '.env': 'OPENCLAW_CONFIG_DIR=/srv/openclaw\n',
      'setup.sh': `. ./.env
sudo mkdir -p "$OPENCLAW_CONFIG_DIR"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
docker compose up -d
`,
    },
    'the folder of the key': {
      'compose.yaml': mounts('/srv/key:/home/node/.config/openclaw'),
      'up.sh': `sudo mkdir -p /srv/key
^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'the home of root': {
      'compose.yaml': `services:
  openclaw-gateway:
    image: openclaw/openclaw:2026.3.2
    volumes:
      - /root/.openclaw:/home/node/.openclaw
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'an own image that runs as node': {
      Dockerfile: 'FROM node:24-bookworm\nRUN npm i -g openclaw\nUSER node\nCMD ["openclaw", "gateway"]\n',
      'compose.yaml':
        'services:\n  openclaw:\n    build: .\n    volumes:\n      - /srv/openclaw:/home/node/.openclaw\n',
      'setup.sh': `sudo mkdir /srv/openclaw
^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a uid in compose': {
      'compose.yaml':
        'services:\n  openclaw:\n    image: openclaw:local\n    user: "1500:1500"\n    volumes:\n      - ./state:/home/node/.openclaw\n',
      'setup.sh': `sudo chown -R 1000:1000 state
              ^^^^^^^^^
`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const silent: Readonly<Record<string, Files>> = {
    'a chown in a function': {
      'compose.yaml': srv,
      'setup.sh': 'own() { sudo chown -R 1000:1000 "$1"; }\nsudo mkdir -p /srv/openclaw\nown /srv/openclaw\n',
    },
    'a chown of the folder that the script is in': {
      'compose.yaml': srv,
      'setup.sh': 'sudo mkdir -p /srv/openclaw\ncd /srv/openclaw && sudo chown -R 1000:1000 .\n',
    },
    'a chown of what is in the folder above': {
      'compose.yaml': mounts('/srv/openclaw/config:/home/node/.openclaw'),
      'setup.sh': 'sudo mkdir -p /srv/openclaw/config\nsudo chown -R 1000:1000 /srv/openclaw/*\n',
    },
    'a chown with braces': {
      'compose.yaml': mounts('/srv/openclaw/config:/home/node/.openclaw'),
      'setup.sh':
        'sudo mkdir -p /srv/openclaw/config /srv/openclaw/x\nsudo chown -R 1000:1000 /srv/openclaw/{config,x}\n',
    },
    'a chown in a container': {
      'compose.yaml': srv,
      'setup.sh':
        'sudo mkdir -p /srv/openclaw\ndocker run --rm -v /srv/openclaw:/data alpine:3.23 chown -R 1000:1000 /data\n',
    },
    'a chown in another shell': {
      'compose.yaml': srv,
      'setup.sh': 'sudo mkdir -p /srv/openclaw\nsudo sh -c "chown -R 1000:1000 /srv/openclaw"\n',
    },
    'a folder that install gives away': {
      'compose.yaml': srv,
      'setup.sh': 'sudo install -d -o 1000 -g 1000 -m 750 /srv/openclaw\n',
    },
    'a service that gives the folder away': {
      'compose.yaml': `${srv}  init:\n    image: busybox:1.37\n    command: chown -R 1000:1000 /data\n    volumes:\n      - /srv/openclaw:/data\n`,
      'setup.sh': 'sudo mkdir -p /srv/openclaw\n',
    },
    'a chown to 1000': {
      'compose.yaml': srv,
      'setup.sh': 'sudo mkdir -p /srv/openclaw/workspace\nsudo chown -R 1000:1000 /srv/openclaw\n',
    },
    'a chown in another script': {
      'compose.yaml': srv,
      'a.sh': 'sudo mkdir -p /srv/openclaw\n',
      'b.sh': 'sudo chown -R 1000 /srv\n',
    },
    'a chown to whoever runs the script': {
      'compose.yaml': srv,
      'setup.sh': 'sudo mkdir -p /srv/openclaw\nsudo chown -R "$(id -u):$(id -g)" /srv/openclaw\n',
    },
    'a folder that its user makes': {
      'compose.yaml': mounts('./data:/home/node/.openclaw'),
      'up.sh': 'mkdir -p data\n',
    },
    'rights for everybody': {
      'compose.yaml': srv,
      'setup.sh': 'sudo mkdir -p /srv/openclaw\nsudo chmod -R 777 /srv/openclaw\n',
    },
    'install with an owner': {
      'compose.yaml': srv,
      'setup.sh': 'sudo install -d -o 1000 -g 1000 /srv/openclaw\n',
    },
    'sudo as another user': { 'compose.yaml': srv, 'setup.sh': 'sudo -u claw mkdir -p /srv/openclaw\n' },
    'another folder': { 'compose.yaml': srv, 'setup.sh': 'sudo mkdir -p /srv/backup /srv/openclaw-old\n' },
    'a container of root': {
      'compose.yaml': `${srv}    user: root\n`,
      'setup.sh': 'sudo mkdir -p /srv/openclaw\n',
    },
    'an own image of root': {
      Dockerfile: 'FROM node:24\nRUN npm i -g openclaw\nCMD ["openclaw", "gateway"]\n',
      'compose.yaml': 'services:\n  openclaw:\n    build: .\n    volumes:\n      - /root/.openclaw:/root/.openclaw\n',
      'setup.sh': 'sudo mkdir -p /root/.openclaw\n',
    },
    'an entrypoint that hands it over': {
      Dockerfile:
        'FROM ghcr.io/openclaw/openclaw:latest\nCOPY start.sh /start.sh\nUSER node\nENTRYPOINT ["/start.sh"]\n',
      'start.sh': 'sudo chown -R node:node /home/node/.openclaw\nexec node openclaw.mjs gateway\n',
      'compose.yaml':
        'services:\n  openclaw:\n    build: .\n    volumes:\n      - /root/.openclaw:/home/node/.openclaw\n',
    },
    'a named volume': { 'compose.yaml': mounts('state:/home/node/.openclaw'), 'setup.sh': 'sudo mkdir -p state\n' },
    'rootless podman': { 'compose.yaml': srv, 'setup.sh': 'sudo mkdir -p /srv/openclaw\npodman unshare true\n' },
    'a folder for another service': {
      'compose.yaml': `${mounts('./s:/home/node/.openclaw')}  db:\n    image: postgres:17\n    volumes: ["/srv/db:/var/lib/postgresql/data"]\n`,
      'setup.sh': 'sudo mkdir -p /srv/db\n',
    },
    'a folder that is only read': {
      'compose.yaml': mounts('./s:/home/node/.openclaw', '/root/skills:/home/node/.openclaw/skills:ro'),
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  it('adds a chown below the mkdir', () =>
    assert.deepEqual(
      fixFirst(rule, { 'compose.yaml': srv, 'setup.sh': 'if true; then\n  sudo mkdir -p "/srv/openclaw"\nfi\n' }),
      { 'setup.sh': 'if true; then\n  sudo mkdir -p "/srv/openclaw"\n  sudo chown -R 1000:1000 "/srv/openclaw"\nfi\n' },
    ));

  it('corrects the owner', () =>
    assert.deepEqual(
      fixFirst(rule, { 'compose.yaml': srv, 'setup.sh': 'sudo chown -R root:root /srv/openclaw # x\n' }),
      {
        'setup.sh': 'sudo chown -R 1000:1000 /srv/openclaw # x\n',
      },
    ));
});

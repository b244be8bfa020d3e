// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files } from '../check.ts';

const rule = 'install-hidden-by-mount';

const official = 'FROM ghcr.io/openclaw/openclaw:2026.9.6';
const withMounts = (dockerfile: string, ...mounts: readonly string[]): Files => ({
  Dockerfile: dockerfile,
  'docker-compose.yml': `services:\n  openclaw-gateway:\n    build: .\n    volumes:\n${mounts.map((mount) => `      - ${mount}\n`).join('')}`,
});

const found: Readonly<Record<string, Files>> = {
  'a download below the bound state folder': withMounts(
    `
${official}
RUN curl -fsSL -o /home/node/.openclaw/bin/gog https://example.com/gog && chmod +x /home/node/.openclaw/bin/gog
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    './config:/home/node/.openclaw',
  ),
  'an archive unpacked into the bound home': withMounts(
    `
FROM node:24-bookworm
RUN npm install -g openclaw
USER node
RUN curl -fsSL https://example.com/x.tar.gz | tar -xz -C ~/.local/bin
                                              ^^^^^^^^^^^^^^^^^^^^^^^
`,
    './home:/home/node',
  ),
  'a program that is moved into a volume': withMounts(
    `
${official}
RUN curl -fsSLO https://example.com/gog && mv gog $HOME/.local/bin/gog
                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    'openclaw_home:/home/node',
  ),
  'skills that are copied below a bound folder': withMounts(
    `
${official}
COPY skills /home/node/.openclaw/skills
     ^^^^^^
`,
    '/srv/openclaw:/home/node/.openclaw',
  ),
  'skills that are copied into a volume': withMounts(
    `
${official}
COPY --chown=node:node skills/ /home/node/.openclaw/workspace/skills/
                       ^^^^^^^
`,
    'openclaw-data:/home/node/.openclaw',
  ),
  'a config below a bound folder': withMounts(
    `
${official}
COPY openclaw.json /home/node/.openclaw/openclaw.json
     ^^^^^^^^^^^^^
`,
    '${OPENCLAW_CONFIG_DIR:-./data}:/home/node/.openclaw',
  ),
  'a plugin that the gateway installs at build time': withMounts(
    `
${official}
RUN openclaw plugins install @openclaw/telegram
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    './state:/home/node/.openclaw',
  ),
  'a skill that root’s gateway installs': withMounts(
    `
FROM node:24-bookworm
RUN npm i -g openclaw
RUN openclaw skills install unikraft-sandbox
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    'openclaw-data:/root/.openclaw',
  ),
  'node_modules below a bound folder': withMounts(
    `
FROM node:24
WORKDIR /app
COPY package.json ./
RUN npm ci
    ^^^^^^
CMD ["node", "index.js"]
`,
    '.:/app',
  ),
  'the long form of a mount': {
    Dockerfile: `
${official}
COPY tools/ /opt/tools/bin/
     ^^^^^^
`,
    'compose.yaml':
      'services:\n  gateway:\n    build: .\n    volumes:\n      - type: bind\n        source: /srv/tools\n        target: /opt/tools\n',
  },
  'a tmpfs': {
    Dockerfile: `
${official}
RUN cp /app/tool /home/node/.cache/bin/tool
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    'compose.yaml': 'services:\n  gateway:\n    build: .\n    tmpfs: /home/node/.cache\n',
  },
};

const silent: Readonly<Record<string, Files>> = {
  'a place that no mount covers': withMounts(
    `${official}\nUSER root\nRUN curl -fsSL -o /usr/local/bin/gog https://example.com/gog\nCOPY skills /app/skills\n`,
    './config:/home/node/.openclaw',
  ),
  'the same folder, mounted while one works on it': withMounts(
    'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["node", "index.js"]\n',
    '.:/app',
  ),
  'skills that are copied and mounted from the same folder': withMounts(
    `${official}\nCOPY skills /home/node/.openclaw/skills\n`,
    './skills:/home/node/.openclaw/skills',
  ),
  'node_modules that an anonymous volume keeps': withMounts(
    'FROM node:24\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\n',
    '.:/app',
    '/app/node_modules',
  ),
  'node_modules in a volume of their own': withMounts(
    'FROM node:24\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\n',
    '.:/app',
    'modules:/app/node_modules',
  ),
  'node_modules that the start installs, of which runtime-install speaks': {
    Dockerfile: 'FROM node:24\nWORKDIR /app\nRUN npm install\n',
    'compose.yaml':
      'services:\n  web:\n    build: .\n    command: sh -c "npm install && npm start"\n    volumes:\n      - .:/app\n',
  },
  'a config that a volume starts with': withMounts(
    `${official}\nCOPY openclaw.json /home/node/.openclaw/openclaw.json\n`,
    'openclaw-data:/home/node/.openclaw',
  ),
  'a file that is mounted over the one in the image': withMounts(
    `${official}\nCOPY openclaw.json /home/node/.openclaw/openclaw.json\n`,
    './local/openclaw.json:/home/node/.openclaw/openclaw.json',
  ),
  'a folder beside the mount': withMounts(`${official}\nCOPY skills /app/skills-extra\n`, './s:/app/skills'),
  'a mount whose place only the environment knows': withMounts(
    `${official}\nCOPY skills /app/skills\n`,
    './s:${SKILLS_DIR}',
  ),
  'another stage': withMounts(
    'FROM node:24 AS build\nWORKDIR /app\nRUN npm ci\nFROM node:24-slim\nCOPY --from=build /app/dist /srv\n',
    '.:/app',
  ),
  'a service that runs another image': {
    Dockerfile: `${official}\nCOPY skills /home/node/.openclaw/skills\n`,
    'compose.yaml':
      'services:\n  gateway:\n    build: .\n  files:\n    image: nginx\n    volumes:\n      - ./x:/home/node/.openclaw\n',
  },
  'folders that are only made': withMounts(
    `${official}\nRUN mkdir -p /home/node/.openclaw/skills && chown -R node:node /home/node/.openclaw\n`,
    './config:/home/node/.openclaw',
  ),
};

describe(rule, () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent: ${name}`, () => checkSilent(rule, files));

  it('tells a folder of the host from a volume, and shows the mount', () => {
    const message = (name: string) => check(rule, found[name] ?? '')[0];
    assert.match(
      message('skills that are copied below a bound folder')?.message ?? '',
      /hidden by the folder of the host/,
    );
    assert.match(
      message('skills that are copied into a volume')?.message ?? '',
      /filled from the image only when it is new/,
    );
    assert.equal(message('skills that are copied into a volume')?.related[0]?.path, '/project/docker-compose.yml');
  });
});

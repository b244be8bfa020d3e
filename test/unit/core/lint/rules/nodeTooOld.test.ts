// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeVersionOfTag, readEngines, requirementOf } from '../../../../../src/core/lint/nodeRequirement.ts';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'node-too-old';

const found: Readonly<Record<string, Files>> = {
  'Node 20 below a pinned gateway': `
FROM node:20-bookworm
     ^^^^^^^^^^^^^^^^
RUN npm install -g openclaw@2026.1.30
`,
  'Node 22 below the newest gateway': `
FROM node:22-slim
     ^^^^^^^^^^^^
RUN npm install -g openclaw@latest
`,
  'a gateway without a version': `
FROM node:22
     ^^^^^^^
RUN apt-get update && apt-get install -y git && npm i -g openclaw clawhub
`,
  'an exact Node that is a patch too old': `
FROM node:22.12.0
     ^^^^^^^^^^^^
RUN pnpm add -g openclaw@2026.5.28
`,
  'an odd release between two supported lines': `
FROM node:25-bookworm AS base
     ^^^^^^^^^^^^^^^^
FROM base AS final
RUN npm install --global openclaw@2026.9.6
`,
  'a version in an ARG, the base in another': `
ARG NODE_VERSION=18
ARG VARIANT=alpine
FROM node:\${NODE_VERSION}-\${VARIANT}
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
ARG OPENCLAW_VERSION=2026.3.2
RUN npm install -g openclaw@\${OPENCLAW_VERSION}
`,
  'a clone of the newest source': `
FROM node:22-bookworm
     ^^^^^^^^^^^^^^^^
RUN git clone --depth 1 https://github.com/openclaw/openclaw.git /app
WORKDIR /app
RUN pnpm install --frozen-lockfile && pnpm build
`,
  'a clone that another stage runs': `
FROM node:20 AS base
     ^^^^^^^
FROM base AS source
RUN git clone https://github.com/openclaw/openclaw /app
FROM base AS runner
COPY --from=source /app /app
CMD ["node", "/app/openclaw.mjs", "gateway"]
`,
  'packages of NodeSource': `
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y curl
RUN curl -fsSL https://nodesource.com/setup_22.x | bash - && apt-get install -y nodejs
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
RUN npm install -g openclaw@2026.9.4
`,
  'the project that is the gateway’s own source': {
    Dockerfile: `
FROM node:22-bookworm
     ^^^^^^^^^^^^^^^^
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --frozen-lockfile
`,
    'package.json': '{ "name": "openclaw", "engines": { "node": ">=24.16.0 <25 || >=26.1.0" } }',
  },
  'the gateway of an official image, copied onto an older Node': `
FROM ghcr.io/openclaw/openclaw:2026.9.5 AS openclaw
FROM node:22-bookworm
     ^^^^^^^^^^^^^^^^
COPY --from=openclaw /app /openclaw
`,
  'a gateway that the entrypoint installs': {
    Dockerfile: `
FROM node:18
     ^^^^^^^
COPY start.sh /start.sh
CMD ["/start.sh"]
`,
    'start.sh': '#!/bin/sh\nnpm install -g openclaw@2026.2.26\nexec openclaw gateway\n',
  },
  'a compose service on the Node image itself': {
    'docker-compose.yml': `
services:
  openclaw:
    image: node:22-bookworm
           ^^^^^^^^^^^^^^^^
    command: sh -c "npm install -g openclaw@latest && openclaw gateway"
`,
  },
  'a gateway version that compose sets to the newest': {
    Dockerfile: `
ARG NODE=22
FROM node:\${NODE}-bookworm-slim
     ^^^^^^^^^^^^^^^^^^^^^^^^^^
ARG OPENCLAW_VERSION=2026.3.2
RUN pnpm add -g "openclaw@\${OPENCLAW_VERSION}"
`,
    'compose.yaml':
      'services:\n  openclaw:\n    build:\n      context: .\n      args:\n        NODE: ${NODE:-22}\n        OPENCLAW_VERSION: ${OPENCLAW_VERSION:-latest}\n',
  },
  'the stage that starts, where all stand on the same Node': `
FROM node:22-bookworm AS source
ARG REF=main
RUN git clone --depth 1 --branch "\${REF}" https://github.com/openclaw/openclaw.git /openclaw
FROM node:22-bookworm AS ui
RUN npm ci && npm run build
FROM node:22-bookworm
     ^^^^^^^^^^^^^^^^
COPY --from=source /openclaw /openclaw
COPY --from=ui /ui/dist /ui
CMD ["node", "/openclaw/dist/entry.js", "gateway"]
`,
};

const silent: Readonly<Record<string, Files>> = {
  'the newest 24': 'FROM node:24-bookworm\nRUN npm install -g openclaw@latest\n',
  'the newest 22 below a gateway of spring': 'FROM node:22-bookworm\nRUN npm install -g openclaw@2026.5.28\n',
  'the newest 22 below a gateway of summer': 'FROM node:22-alpine\nRUN npm install -g openclaw@2026.8.1\n',
  'an exact version that is new enough': 'FROM node:24.16.0-slim\nRUN npm install -g openclaw@2026.9.6\n',
  'the name that ended in January 2026': 'FROM node:22-bookworm-slim\nRUN npm install -g clawdbot@latest\n',
  'a tag without a number': 'FROM node:lts\nRUN npm install -g openclaw@latest\n',
  'a gateway version that only the build knows':
    'FROM node:22\nARG OPENCLAW_VERSION\nRUN npm install -g openclaw@$OPENCLAW_VERSION\n',
  'a gateway version that compose sets': {
    Dockerfile: 'FROM node:22\nARG V=latest\nRUN npm install -g openclaw@${V}\n',
    'compose.yaml': 'services:\n  gateway:\n    build:\n      context: .\n      args:\n        V: 2026.5.28\n',
  },
  'a base that only the build knows': 'ARG BASE\nFROM ${BASE}\nRUN npm install -g openclaw@latest\n',
  'Node of its own on top of the base':
    'FROM node:20\nRUN npm install -g n && n 24 && npm install -g openclaw@latest\n',
  'an older commit of the source':
    'FROM node:22\nRUN git clone https://github.com/openclaw/openclaw /app && cd /app && git checkout v2026.2.1\n',
  'the gateway of an official image of spring, copied onto Node 22':
    'FROM node:22-bookworm\nCOPY --from=ghcr.io/openclaw/openclaw:2026.5.2 /app /openclaw\n',
  'something else of an official image':
    'FROM node:20\nCOPY --from=ghcr.io/openclaw/openclaw:latest /app/skills /skills\n',
  'no gateway in the image': 'FROM node:18-alpine\nRUN npm install -g typescript\n',
  'another package with the name in it': 'FROM node:18-alpine\nRUN npm install -g openclaw-mcp @openclaw/sdk\n',
  'a stage that never reaches the image':
    'FROM node:20 AS test\nRUN npm install -g openclaw@latest\nFROM node:24\nRUN npm install -g openclaw@latest\n',
  'an image of somebody else': 'FROM acme/node:18\nRUN npm install -g openclaw@latest\n',
  'a gateway version of which compose knows nothing': {
    Dockerfile: 'FROM node:22\nARG V=latest\nRUN npm install -g openclaw@${V}\n',
    'compose.yaml': 'services:\n  gateway:\n    build:\n      context: .\n      args:\n        - V\n',
  },
};

describe(rule, () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent: ${name}`, () => checkSilent(rule, files));

  it('changes the number and keeps the variant', () => {
    const fixed = fixFirst(
      rule,
      'FROM docker.io/library/node:20.11-bookworm-slim AS base\nRUN npm install -g openclaw@2026.9.6\n',
    );
    assert.match(fixed['Dockerfile'] ?? '', /^FROM docker\.io\/library\/node:24-bookworm-slim AS base$/m);
  });

  it('offers no tag that may not exist', () => {
    const problems = check(
      rule,
      '\nFROM node:20-windowsservercore\n     ^^^^^^^^^^^^^^^^^^^^^^^^^\nRUN npm install -g openclaw@2026.9.6\n',
    );
    assert.deepEqual(problems[0]?.fixes, []);
  });

  it('is an error for a pinned gateway, a warning for the newest', () => {
    const severity = (version: string) =>
      check(rule, `\nFROM node:20\n     ^^^^^^^\nRUN npm install -g openclaw@${version}\n`)[0]?.severity;
    assert.equal(severity('2026.9.6'), 'error');
    assert.equal(severity('latest'), 'warning');
  });
});

describe('the Node that the gateway needs', () => {
  it('reads tags of the Node image', () => {
    assert.equal(nodeVersionOfTag('jod-slim')?.major, 22);
    assert.deepEqual(nodeVersionOfTag('22.12.0-bookworm'), { major: 22, minor: 12, patch: 0 });
    assert.equal(nodeVersionOfTag('current-alpine'), undefined);
  });

  it('reads ranges, and says nothing about those that it does not understand', () => {
    const needs = readEngines('^20.19.0 || >=22.12');
    assert.ok(needs?.isMetBy({ major: 20, minor: 19, patch: 0 }));
    assert.equal(needs?.isMetBy({ major: 21, minor: 9, patch: 9 }), false);
    assert.equal(readEngines('20 - 22'), undefined);
    assert.equal(requirementOf('openclaw', 'feat/something'), undefined);
  });
});

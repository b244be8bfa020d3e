import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files } from '../check.ts';

const rule = 'replaced-upstream-runtime';

const build = `WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc ./
COPY ui/package.json ./ui/package.json
COPY scripts ./scripts
RUN corepack enable
RUN pnpm install --frozen-lockfile
COPY . .
RUN pnpm build
RUN pnpm ui:install
RUN pnpm ui:build
ENV NODE_ENV=production
`;
const cmd = 'CMD ["node","dist/index.js"]\n';

const found: Readonly<Record<string, Files>> = {
  'the example of the documentation': `
FROM node:24-bookworm
^^^^^^^^^^^^^^^^^^^^^
RUN apt-get update && apt-get install -y socat && rm -rf /var/lib/apt/lists/*
${build}${cmd}`,
  'the example of January, with its binaries': `
FROM node:22-bookworm
^^^^^^^^^^^^^^^^^^^^^
RUN curl -L https://github.com/steipete/gog/releases/latest/download/gog_Linux_x86_64.tar.gz | tar -xz -C /usr/local/bin && chmod +x /usr/local/bin/gog
${build}${cmd}`,
  'a slim base': `
FROM node:24-bookworm-slim
^^^^^^^^^^^^^^^^^^^^^^^^^^
${build}${cmd}`,
  'a base by build argument': `
ARG NODE=24
FROM node:\${NODE}-bookworm AS gateway
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
${build}${cmd}`,
  'all steps in one': `
FROM node:24-bookworm
^^^^^^^^^^^^^^^^^^^^^
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY . .
RUN corepack enable && pnpm install --frozen-lockfile && pnpm build && pnpm ui:build
${cmd}`,
  'a copy of the repository, known by its package.json': {
    Dockerfile: `
FROM node:24-bookworm
^^^^^^^^^^^^^^^^^^^^^
COPY . .
RUN pnpm install --frozen-lockfile && pnpm build && pnpm ui:build
${cmd}`,
    'package.json': '{ "name": "openclaw", "version": "2026.5.12" }',
  },
  'USER root said aloud': `
FROM node:24-bookworm
^^^^^^^^^^^^^^^^^^^^^
USER root
${build}${cmd}`,
  'a service of compose that brings no health check either': {
    Dockerfile: `
FROM node:24-bookworm
^^^^^^^^^^^^^^^^^^^^^
${build}${cmd}`,
    'docker-compose.yml':
      'services:\n  openclaw-gateway:\n    build: .\n    command: ["node", "dist/index.js", "gateway", "--bind", "lan"]\n',
  },
  'an init that is there while the health check is not': `
FROM node:24-bookworm
^^^^^^^^^^^^^^^^^^^^^
${build}ENTRYPOINT ["tini", "--"]
${cmd}`,
};

const silent: Readonly<Record<string, Files>> = {
  'the repository’s file of February, a single stage with its user': `FROM node:22-bookworm\n${build}RUN chown -R node:node /app\nUSER node\nCMD ["node", "openclaw.mjs", "gateway", "--allow-unconfigured"]\n`,
  'more than one stage': `FROM node:24-bookworm AS build\n${build}FROM node:24-bookworm-slim\nCOPY --from=build /app /app\n${cmd}`,
  'an image on top of the official one':
    'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nRUN apt-get update && apt-get install -y socat\nUSER node\n',
  'the package instead of the source':
    'FROM node:24-bookworm\nRUN npm install -g openclaw@2026.9.6\nCMD ["openclaw", "gateway"]\n',
  'a clone of its own': `FROM node:24-bookworm\nRUN git clone https://github.com/openclaw/openclaw /app\nWORKDIR /app\nRUN pnpm install --frozen-lockfile && pnpm build && pnpm ui:build\n${cmd}`,
  'another project with pnpm':
    'FROM node:24-bookworm\nWORKDIR /app\nCOPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nRUN corepack enable && pnpm install --frozen-lockfile\nCOPY . .\nRUN pnpm build\nCMD ["node","dist/index.js"]\n',
  'another project with a ui of its own': {
    Dockerfile: 'FROM node:24\nCOPY . .\nRUN pnpm install && pnpm ui:build\nCMD ["node","dist/index.js"]\n',
    'package.json': '{ "name": "shop" }',
  },
  'the repository under an older name, which had a single stage itself': {
    Dockerfile: `FROM node:22-bookworm\n${build}${cmd}`,
    'package.json': '{ "name": "clawdbot", "version": "2026.1.10" }',
  },
  'user, init and health check are all there': `FROM node:24-bookworm\n${build}USER node\nHEALTHCHECK CMD ["node", "dist/docker-healthcheck.js"]\nENTRYPOINT ["tini", "-s", "--"]\n${cmd}`,
  'an init and a health check of compose': {
    Dockerfile: `FROM node:24-bookworm\n${build}${cmd}`,
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    build: .\n    init: true\n    healthcheck:\n      test: ["CMD", "node", "dist/docker-healthcheck.js"]\n',
  },
  'a base that only the build knows': `ARG BASE\nFROM \${BASE}\n${build}${cmd}`,
};

describe(rule, () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent: ${name}`, () => checkSilent(rule, files));

  it('says what is lost', () => {
    const message = (files: Files) => check(rule, files)[0]?.message ?? '';
    assert.match(message(found['a slim base'] ?? ''), /as root, without an init and without a health check/);
    assert.match(
      message(found['an init that is there while the health check is not'] ?? ''),
      /runs as root and without a health check/,
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files } from '../check.ts';

const rule = 'binary-not-in-final-stage';

const skill =
  '---\nname: places\ndescription: Finds shops.\nmetadata: { "openclaw": { "requires": { "bins": ["goplaces"] } } }\n---\n';

const found: Readonly<Record<string, Files>> = {
  'an init that only the build stage has': `
FROM node:24-bookworm AS build
RUN apt-get update && apt-get install -y tini
                      ^^^^^^^^^^^^^^^^^^^^^^^
RUN npm ci && npm run build
FROM node:24-bookworm-slim
COPY --from=build /app/dist /app/dist
ENTRYPOINT ["tini", "--", "node", "/app/dist/index.js"]
`,
  'curl for the health check': `
FROM node:24-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends curl git
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
FROM node:24-slim
COPY --from=build /app /app
HEALTHCHECK CMD curl -fsS http://127.0.0.1:18789/healthz || exit 1
CMD ["node", "/app/index.js"]
`,
  'a package that a variable names': `
FROM node:24-bookworm AS build
ENV INIT=tini
RUN apt-get update && apt-get install -y $INIT
                      ^^^^^^^^^^^^^^^^^^^^^^^^
FROM node:24-bookworm-slim
ENTRYPOINT ["tini", "--", "node", "index.js"]
`,
  'a package whose name has quotes in it': `
FROM node:24-bookworm AS build
RUN apt-get update && apt-get install -y super"visor"
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
FROM node:24-bookworm-slim
CMD ["supervisord", "-n"]
`,
  'bash for a script on Alpine': {
    Dockerfile: `
FROM node:24-alpine AS build
RUN apk add --no-cache bash git
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
FROM node:24-alpine
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["bash", "/entrypoint.sh"]
`,
    'entrypoint.sh': 'exec node index.js\n',
  },
  'a program that the entrypoint runs': {
    Dockerfile: `
FROM debian:bookworm-slim AS tools
RUN apt-get update && apt-get install -y jq
                      ^^^^^^^^^^^^^^^^^^^^^
FROM ghcr.io/openclaw/openclaw:2026.9.6
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
`,
    'entrypoint.sh': '#!/bin/sh\njq . /config.json > /tmp/config.json\nexec node openclaw.mjs gateway\n',
  },
  'a program whose package has another name': `
FROM node:24-bookworm AS build
RUN apt-get update && apt-get install -y supervisor
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
FROM node:24-bookworm-slim
CMD ["supervisord", "-n"]
`,
  'one of two programs of a package of npm': `
FROM node:24 AS build
RUN npm install -g pm2@6
    ^^^^^^^^^^^^^^^^^^^^
FROM node:24-slim
CMD ["pm2-runtime", "index.js"]
`,
  'a skill’s binary that is downloaded in another stage': {
    Dockerfile: `
FROM debian:bookworm AS downloads
RUN curl -fsSL -o /usr/local/bin/goplaces https://example.com/goplaces && chmod +x /usr/local/bin/goplaces
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
FROM ghcr.io/openclaw/openclaw:2026.9.6
COPY skills /app/skills
`,
    'skills/places/SKILL.md': skill,
  },
  'a skill’s binary that is unpacked in another stage': {
    Dockerfile: `
FROM debian:bookworm AS downloads
RUN curl -fsSL https://example.com/goplaces.tar.gz | tar -xz -C /usr/local/bin goplaces
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
FROM openclaw/openclaw:main
COPY --from=downloads /etc/ssl /etc/ssl
`,
    'skills/places/SKILL.md': skill,
  },
  'a global npm package': `
FROM node:24 AS build
RUN npm install -g pm2
    ^^^^^^^^^^^^^^^^^^
FROM node:24-slim
COPY --from=build /app /app
CMD ["pm2", "start", "index.js"]
`,
  'a program that compose’s command runs': {
    Dockerfile: `
FROM node:24-bookworm AS build
RUN apt-get update && apt-get install -y socat
                      ^^^^^^^^^^^^^^^^^^^^^^^^
FROM node:24-bookworm-slim
COPY --from=build /app /app
`,
    'compose.yaml': 'services:\n  proxy:\n    build: .\n    command: ["socat", "TCP-LISTEN:1", "TCP:127.0.0.1:2"]\n',
  },
  'a package whose program has another name': `
FROM python:3.13 AS build
RUN apt-get update && apt-get install -y ripgrep
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^
FROM python:3.13-slim
CMD rg --files /data
`,
};

const silent: Readonly<Record<string, Files>> = {
  'the program is copied': `
FROM debian:bookworm AS tools
RUN apt-get update && apt-get install -y tini
FROM node:24-slim
COPY --from=tools /usr/bin/tini /usr/local/bin/tini
ENTRYPOINT ["tini", "--", "node"]
`,
  'a whole folder of programs is copied': `
FROM golang:1.25 AS tools
RUN curl -fsSL -o /usr/local/bin/gog https://example.com/gog
FROM node:24-slim
COPY --from=tools /usr/local/bin/ /usr/local/bin/
CMD ["gog"]
`,
  'the last stage installs it again': `
FROM node:24 AS build
RUN apt-get update && apt-get install -y tini
FROM node:24-slim
RUN apt-get update && apt-get install -y tini
ENTRYPOINT ["tini", "--", "node"]
`,
  'the last stage stands on the one that installs it': `
FROM node:24-slim AS base
RUN apt-get update && apt-get install -y tini
FROM node:24 AS build
RUN npm ci
FROM base
ENTRYPOINT ["tini", "--", "node"]
`,
  'nothing needs it at run time': `
FROM node:24-slim AS build
RUN apt-get update && apt-get install -y git python3 make g++
FROM node:24-slim
CMD ["node", "index.js"]
`,
  'the base image has it': `
FROM node:24-slim AS build
RUN apt-get update && apt-get install -y curl
FROM node:24-bookworm
HEALTHCHECK CMD curl -f http://127.0.0.1/
CMD ["node", "index.js"]
`,
  'the official image has it': `
FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y tini curl
FROM ghcr.io/openclaw/openclaw:2026.9.6
HEALTHCHECK CMD curl -f http://127.0.0.1:18789/healthz
ENTRYPOINT ["tini", "-s", "--"]
`,
  'a base image that nobody can know': `
FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y tini
FROM registry.example.com/base:3
ENTRYPOINT ["tini", "--", "node"]
`,
  'packages that the last stage takes from a variable': `
FROM node:24 AS build
RUN apt-get update && apt-get install -y jq
FROM node:24-slim
ARG PACKAGES="jq"
RUN apt-get update && apt-get install -y $PACKAGES
CMD jq . /x.json
`,
  'a package that belongs to the project': `
FROM node:24 AS build
RUN npm install vite
FROM node:24-slim
COPY --from=build /app /app
CMD ["vite", "preview"]
`,
  'pnpm by corepack': `
FROM node:24 AS build
RUN npm install -g pnpm
FROM node:24-slim
RUN corepack enable
CMD ["pnpm", "start"]
`,
  'a single stage': `
FROM node:24-slim
RUN apt-get update && apt-get install -y tini
ENTRYPOINT ["tini", "--", "node"]
`,
  'a target of compose that stands before the stage': {
    Dockerfile: `
FROM node:24-slim AS app
CMD ["node", "index.js"]
FROM app AS debug
RUN apt-get update && apt-get install -y gdb
CMD ["gdb", "node"]
`,
    'compose.yaml':
      'services:\n  app:\n    build:\n      context: .\n      target: app\n    command: ["gdb", "node"]\n',
  },
};

describe(rule, () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent: ${name}`, () => checkSilent(rule, files));

  it('says what will happen, and shows where the program is needed', () => {
    const files = found['curl for the health check'] ?? '';
    const [problem] = check(rule, files);
    assert.match(problem?.message ?? '', /^curl is installed in a stage .* the health check fails/);
    assert.equal(problem?.related[0]?.message, 'It is needed here.');
  });
});

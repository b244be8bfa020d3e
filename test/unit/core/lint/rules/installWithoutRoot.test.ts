// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'install-without-root';

const found: Readonly<Record<string, Files>> = {
  'system packages on the official image': `
FROM ghcr.io/openclaw/openclaw:latest
RUN apt-get update && apt-get install -y jq ripgrep && rm -rf /var/lib/apt/lists/*
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'system packages after USER node': `
FROM node:24-bookworm-slim
RUN npm install -g openclaw@2026.9.6
USER node
RUN apt-get install -y --no-install-recommends ffmpeg
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
CMD ["openclaw", "gateway"]
`,
  'a user that an earlier stage has set': `
FROM alpine:3.22 AS base
RUN adduser -D app
USER app
FROM base
RUN apk add --no-cache curl
    ^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a user by number': `
FROM debian:bookworm-slim
USER 1000:1000
RUN apt-get update; apt-get install -y git
                    ^^^^^^^^^^^^^^^^^^^^^^
`,
  'a global npm package on the Node image': `
FROM node:24
USER node
RUN npm install -g mcporter@0.7.3
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a global npm package where Node is a package of the system': `
FROM ubuntu:24.04
RUN curl -fsSL https://nodesource.com/setup_24.x | bash - && apt-get install -y nodejs
RUN useradd -m claw
USER claw
RUN npm install -g openclaw@2026.9.6
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a global npm package where a stage below has installed Node': `
FROM alpine:3.22 AS base
RUN apk add --no-cache nodejs npm
FROM base
USER 1000
RUN npm i -g openclaw@2026.9.6
    ^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a global npm package on the official image': `
ARG OPENCLAW_VERSION=2026.9.6
FROM ghcr.io/openclaw/openclaw:\${OPENCLAW_VERSION}
RUN npm i --global @anthropic-ai/claude-code
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a download into /usr/local/bin': `
FROM openclaw/openclaw:2026.9.6
RUN curl -fsSL -o /usr/local/bin/gog https://example.com/gog && chmod +x /usr/local/bin/gog
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'an archive unpacked into /usr/local/bin': `
FROM ghcr.io/openclaw/openclaw:main
RUN curl -fsSL https://example.com/gog.tar.gz | tar -xz -C /usr/local/bin gog
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a redirection to /usr/local/bin': `
FROM node:24-bookworm
USER node
RUN curl -fsSL https://example.com/gog.tar.gz | tar -xzO gog > /usr/local/bin/gog
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a script that COPY made for root': `
FROM node:24-bookworm-slim
USER node
COPY entrypoint.sh /entrypoint.sh
RUN chmod +x /entrypoint.sh
    ^^^^^^^^^^^^^^^^^^^^^^^
ENTRYPOINT ["/entrypoint.sh"]
`,
  'a user that is to be made too late': `
FROM ubuntu:24.04
USER ubuntu
RUN useradd -m claw
    ^^^^^^^^^^^^^^^
`,
  'an install behind sh -c': `
FROM ghcr.io/openclaw/openclaw:2026.9.6
RUN bash -c "apt-get update && apt-get install -y socat"
                               ^^^^^^^^^^^^^^^^^^^^^^^^
`,
};

const silent: Readonly<Record<string, Files>> = {
  'root for the install':
    'FROM ghcr.io/openclaw/openclaw:latest\nUSER root\nRUN apt-get update && apt-get install -y jq\nUSER node\n',
  'root by number': 'FROM ghcr.io/openclaw/openclaw:latest\nUSER 0:0\nRUN apt-get install -y jq\nUSER 1000\n',
  sudo: 'FROM debian:bookworm\nRUN apt-get update && apt-get install -y sudo\nUSER claw\nRUN sudo apt-get install -y jq\n',
  'sudo in a variable': 'FROM debian:bookworm\nARG SUDO\nUSER claw\nRUN $SUDO apt-get install -y jq\n',
  'the user comes after the install':
    'FROM node:24\nRUN npm install -g openclaw && apt-get install -y jq\nUSER node\nCMD ["openclaw"]\n',
  'a prefix of its own for npm':
    'FROM node:24\nENV NPM_CONFIG_PREFIX=/home/node/.npm-global\nUSER node\nRUN npm install -g mcporter\n',
  'a prefix that npm is told':
    'FROM node:24\nUSER node\nRUN npm config set prefix ~/.local && npm install -g mcporter\n',
  'a package of Node whose prefix was moved':
    'FROM debian:13\nRUN apt-get update && apt-get install -y nodejs npm && npm config set prefix /home/claw/.npm\nUSER claw\nRUN npm i -g openclaw\n',
  'a Node that somebody else has brought': 'FROM debian:13\nRUN echo nodejs\nUSER claw\nRUN npm i -g openclaw\n',
  'a package of Node that comes later':
    'FROM debian:13\nUSER claw\nRUN npm i -g openclaw\nUSER root\nRUN apt-get install -y nodejs\n',
  'packages of the project itself': 'FROM node:24\nWORKDIR /app\nUSER node\nRUN npm ci --omit=dev\n',
  'a folder that was given away':
    'FROM node:24\nRUN mkdir -p /opt/tools && chown -R node:node /opt/tools\nUSER node\nRUN curl -fsSL -o /opt/tools/gog https://example.com/gog\n',
  'a folder below one that was given away':
    'FROM node:24\nRUN chown -R node /usr/local/lib/node_modules /usr/local/bin\nUSER node\nRUN npm install -g mcporter && ln -s /home/node/x /usr/local/bin/x\n',
  'folders that were given away in braces':
    'FROM node:24\nRUN ["/bin/bash", "-c", "chown -R node:node /usr/local/{lib/node_modules,bin,share}"]\nUSER node\nRUN npm install -g mcporter\n',
  'a folder of the user':
    'FROM node:24\nUSER node\nRUN mkdir -p /home/node/.local/bin && curl -fsSL -o /home/node/.local/bin/gog https://example.com/gog\n',
  'a user that only the build knows': 'FROM node:24\nARG RUN_AS\nUSER ${RUN_AS}\nRUN apt-get install -y jq\n',
  'a base image whose user nobody can know': 'FROM registry.example.com/openclaw-base:3\nRUN apt-get install -y jq\n',
  'an image that has given its folders away':
    'FROM nginxinc/nginx-unprivileged:1.29\nUSER nginx\nRUN echo ok > /etc/nginx/conf.d/health.conf\n',
  'a script that COPY gives to the user':
    'FROM node:24\nUSER node\nCOPY --chown=node:node entrypoint.sh /home/node/entrypoint.sh\nRUN chmod +x /home/node/entrypoint.sh\n',
  'a condition that asks who runs':
    'FROM node:24\nUSER node\nRUN if [ "$(id -u)" = 0 ]; then apt-get install -y jq; fi\n',
  'Homebrew, which refuses root': 'FROM homebrew/brew:4.6.0\nUSER linuxbrew\nRUN brew install gogcli\n',
  'another stage ran as the user':
    'FROM node:24 AS build\nUSER node\nRUN npm ci\nFROM node:24-slim\nRUN apt-get update && apt-get install -y jq\n',
};

describe(rule, () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent: ${name}`, () => checkSilent(rule, files));

  it('puts root around the step', () => {
    const fixed = fixFirst(
      rule,
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nRUN apt-get update \\\n    && apt-get install -y jq\nEXPOSE 18789\n',
    );
    assert.equal(
      fixed['Dockerfile'],
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nUSER root\nRUN apt-get update \\\n    && apt-get install -y jq\nUSER node\nEXPOSE 18789\n',
    );
  });

  it('shows where the user was set', () => {
    const [problem] = check(rule, '\nFROM node:24\nUSER node\nRUN apt-get install -y jq\n    ^^^^^^^^^^^^^^^^^^^^^\n');
    assert.equal(problem?.related.length, 1);
    assert.match(problem?.message ?? '', /runs as "node": it fails with "Permission denied"/);
  });
});

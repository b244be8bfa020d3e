import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintProject } from '../../../../../src/core/lint/lintProject.ts';
import { type Files, fixFirst, toProject } from '../check.ts';

function titles(ruleId: string, files: Files): readonly string[] {
  const problem = lintProject(toProject(files)).find((found) => found.ruleId === ruleId);
  assert.ok(problem, 'nothing found');
  return problem.fixes.map(({ title }) => title);
}

const official = 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n';
// In two parts: no scanner shall take it for a real one.
const token = `ghp_${'x7Kq2VbN9sLmT4wZrY8cHfJd3GpA6uEo5RnQ'}`;
const compose = 'services:\n  openclaw-gateway:\n    build: .\n    restart: always\n';

describe('the fix of secret-in-image', () => {
  const rule = 'secret-in-image';

  it('takes a variable out, and compose passes it', () =>
    assert.deepEqual(
      fixFirst(rule, {
        Dockerfile: `${official}ENV TZ=UTC GITHUB_TOKEN=${token} LANG=C\nCMD ["x"]\n`,
        'compose.yaml': `${compose}    environment: # ours\n      - TZ=UTC # zone\n`,
      }),
      {
        Dockerfile: `${official}ENV TZ=UTC LANG=C\nCMD ["x"]\n`,
        'compose.yaml': `${compose}    environment: # ours\n      - TZ=UTC # zone\n      - GITHUB_TOKEN=\${GITHUB_TOKEN:?set it in .env}\n`,
      },
    ));

  it('takes the whole instruction where nothing else is in it', () => {
    for (const line of [`ENV GITHUB_TOKEN=${token}`, `ENV GITHUB_TOKEN ${token}`, `ENV GITHUB_TOKEN="${token}"`])
      assert.deepEqual(fixFirst(rule, `${official}# ours\n${line}\nUSER node\n`), {
        Dockerfile: `${official}# ours\nUSER node\n`,
      });
  });

  it('leaves an ARG without a value', () =>
    assert.deepEqual(fixFirst(rule, `${official}ARG GITHUB_TOKEN=${token}\nRUN true\n`), {
      Dockerfile: `${official}ARG GITHUB_TOKEN\nRUN true\n`,
    }));

  it('has none for a token inside a RUN', () =>
    assert.deepEqual(titles(rule, `${official}RUN echo ${token} > /t\n`), []));

  it('takes an env file out of COPY, and compose passes it', () =>
    assert.deepEqual(
      fixFirst(rule, {
        Dockerfile: `${official}COPY package.json .env ./\nCMD ["x"]\n`,
        'compose.yaml': compose,
        '.env': `GITHUB_TOKEN=${token}\n`,
      }),
      {
        Dockerfile: `${official}COPY package.json ./\nCMD ["x"]\n`,
        'compose.yaml': compose.replace('    build', '    env_file: .env\n    build'),
      },
    ));

  it('names in .dockerignore what a folder brings along', () =>
    assert.deepEqual(
      fixFirst(rule, {
        Dockerfile: `${official}COPY . /app\n`,
        '.dockerignore': 'node_modules',
        '.env': `GITHUB_TOKEN=${token}\n`,
      }),
      { '.dockerignore': 'node_modules\n.env\n' },
    ));
});

describe('the fix of binary-not-in-final-stage', () => {
  const rule = 'binary-not-in-final-stage';
  const last = 'FROM node:24-bookworm-slim\nRUN npm install -g openclaw@2026.9.6\n';

  it('installs the package in the last stage too', () =>
    assert.match(
      fixFirst(
        rule,
        `FROM node:24 AS build\nRUN apt-get update && apt-get install -y git tini\n\n${last}ENTRYPOINT ["tini", "--", "openclaw"]\n`,
      )['Dockerfile'] ?? '',
      /FROM node:24-bookworm-slim\n(?:.*\n)*RUN apt-get update \\\n {4}&& apt-get install -y --no-install-recommends tini \\/,
    ));

  it('copies a downloaded program', () =>
    assert.ok(
      fixFirst(
        rule,
        `FROM node:24 AS tools\nRUN curl -fsSLo /usr/local/bin/dumb-init https://example.com/1.2/dumb-init && chmod +x /usr/local/bin/dumb-init\n\n${last}ENTRYPOINT ["dumb-init", "openclaw"]\n`,
      )['Dockerfile']?.includes('\nCOPY --from=tools /usr/local/bin/dumb-init /usr/local/bin/dumb-init\n'),
    ));
});

describe('the fix of install-hidden-by-mount', () => {
  const rule = 'install-hidden-by-mount';
  const mounted = { 'compose.yaml': `${compose}    volumes:\n      - ./config:/home/node/.openclaw\n` };

  it('puts a program where nothing is mounted, with the rights for it', () =>
    assert.deepEqual(
      fixFirst(rule, {
        ...mounted,
        Dockerfile: `${official}RUN curl -fsSLo /home/node/.openclaw/bin/t https://example.com/t && chmod +x /home/node/.openclaw/bin/t\n`,
      }),
      {
        Dockerfile: `${official}USER root\nRUN curl -fsSLo /usr/local/bin/t https://example.com/t && chmod +x /usr/local/bin/t\nUSER node\n`,
      },
    ));

  it('puts skills beside those of the image', () =>
    assert.deepEqual(
      fixFirst(rule, { ...mounted, Dockerfile: `${official}COPY skills/x /home/node/.openclaw/skills/x\n` }),
      {
        Dockerfile: `${official}COPY skills/x /app/skills/x\n`,
      },
    ));

  it('has none where something else knows the place', () =>
    assert.deepEqual(
      titles(rule, {
        ...mounted,
        Dockerfile: `${official}COPY skills /home/node/.openclaw/skills\nRUN ls /home/node/.openclaw/skills\n`,
      }),
      [],
    ));
});

describe('the fix of node-too-old', () => {
  const rule = 'node-too-old';
  for (const [before, after] of [
    ['node:20-alpine3.20', 'node:24-alpine'],
    ['node:18-buster-slim', 'node:24-bookworm-slim'],
    ['docker.io/library/node:22.1.0', 'docker.io/library/node:24'],
  ]) {
    it(`takes ${after} for ${before}`, () =>
      assert.deepEqual(fixFirst(rule, `FROM ${before} AS app # ours\nRUN npm install -g openclaw@2026.9.6\n`), {
        Dockerfile: `FROM ${after} AS app # ours\nRUN npm install -g openclaw@2026.9.6\n`,
      }));
  }

  it('takes the newer set-up script', () =>
    assert.match(
      fixFirst(
        rule,
        'FROM debian:12\nRUN curl -fsSL https://rpm.nodesource.com/setup_20.x | bash - && apt-get install -y nodejs && npm install -g openclaw@2026.9.6\n',
      )['Dockerfile'] ?? '',
      /setup_24\.x/,
    ));

  it('takes a newer image in compose, quotes kept', () =>
    assert.match(
      fixFirst(rule, {
        'compose.yaml':
          'services:\n  bot:\n    image: "node:20" # base\n    command: sh -c "npm install -g openclaw@2026.9.6 && openclaw gateway"\n',
      })['compose.yaml'] ?? '',
      /image: "node:24" # base\n/,
    ));
});

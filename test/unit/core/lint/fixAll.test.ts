import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fixAll } from '../../../../src/core/lint/fixAll.ts';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';
import { type Files, toProject } from './check.ts';

function fixedFiles(files: Files, options?: Parameters<typeof fixAll>[1]): Record<string, string> {
  const { texts } = fixAll(toProject(files), options);
  return Object.fromEntries([...texts].map(([path, text]) => [path.slice('/project/'.length), text]));
}

const image = 'image: ghcr.io/openclaw/openclaw:2026.9.6';
const compose = `services:
  openclaw-gateway: # ours
    ${image}
    ports:
      - "18789:18789"
    volumes:
      - ./state:/home/node/.openclaw
      - ./key:/home/node/.config/openclaw
`;

describe('fixAll', () => {
  it('fixes everything in a file and keeps the rest', () => {
    assert.deepEqual(fixedFiles({ 'compose.yaml': compose }), {
      'compose.yaml': compose
        .replace('"18789:18789"', '"127.0.0.1:18789:18789"')
        .replace(image, `${image}\n    restart: unless-stopped`),
    });
  });

  it('says what was fixed and what remains', () => {
    const { fixed, remaining } = fixAll(
      toProject({
        'compose.yaml': compose,
        Dockerfile: 'FROM node:24\nCMD npm ci; node x; while ! npm i; do :; done\n',
      }),
    );
    assert.deepEqual(
      fixed.map(({ problem, title }) => [problem.ruleId, title]),
      [
        ['restart-policy-missing', 'Add restart: unless-stopped'],
        ['public-gateway-port', 'Publish on 127.0.0.1 only'],
      ],
    );
    assert.deepEqual(new Set(remaining.map(({ ruleId }) => ruleId)), new Set(['runtime-install']));
  });

  it('gives edits of the text as it was', () => {
    const project = toProject({ 'compose.yaml': compose });
    const { edits, texts } = fixAll(project);
    for (const { path, edits: fileEdits } of edits)
      assert.equal(applyEdits(project.texts.get(path) ?? '', fileEdits), texts.get(path));
    assert.equal(edits.length, 1);
    assert.equal(edits[0]?.edits.length, 2);
  });

  it('fixes what overlaps one after the other', () => {
    const fixed = fixedFiles({
      Dockerfile: 'FROM node:24\nCOPY run.sh /run.sh\nCMD ["/run.sh"]\n',
      'run.sh': '#!/bin/sh\napt-get update\napt-get install -y jq\napt-get install -y tmux\nexec node x\n',
    });
    assert.equal(fixed['run.sh'], '#!/bin/sh\nexec node x\n');
    assert.match(fixed['Dockerfile'] ?? '', /recommends jq (?:.|\n)*recommends tmux /);
  });

  it('applies what does not overlap together, and declares a variable once', () => {
    const run = (name: string): string =>
      `RUN curl -L https://example.com/${name}_amd64.tgz | tar xz -C /usr/local/bin; ${name} --version || true\n`;
    const { Dockerfile = '' } = fixedFiles(`FROM node:24-bookworm\n${run('a')}${run('b')}# last\n${run('c')}`);
    assert.equal(Dockerfile.split('ARG TARGETARCH\n').length, 2);
    for (const name of ['a', 'b', 'c'])
      assert.ok(
        Dockerfile.includes(
          `set -e; curl -fL -o /tmp/${name}_$arch.tgz https://example.com/${name}_$arch.tgz; tar xzf /tmp/${name}_$arch.tgz -C /usr/local/bin; rm /tmp/${name}_$arch.tgz; ${name} --version || true\n`,
        ),
        Dockerfile,
      );
    assert.match(Dockerfile, /\n# last\nRUN case/);
  });

  it('has nothing to do on its own result', () => {
    const files = { 'compose.yaml': compose };
    assert.deepEqual(fixedFiles({ ...files, ...fixedFiles(files) }), {});
  });

  it('fixes the findings of one file only, and what their fixes take', () => {
    const files = {
      'compose.yaml': compose,
      Dockerfile: 'FROM node:20\nCOPY run.sh /run.sh\nRUN npm install -g openclaw@2026.9.6\nCMD ["/run.sh"]\n',
      'run.sh': '#!/bin/sh\napt-get install -y jq\nexec openclaw gateway\n',
    };
    const fixed = fixedFiles(files, { only: '/project/run.sh' });
    assert.deepEqual(Object.keys(fixed).sort(), ['Dockerfile', 'run.sh']);
    assert.match(fixed['Dockerfile'] ?? '', /^FROM node:20\n/);
    assert.deepEqual(fixedFiles(files, { only: '/project/run.sh', withinFile: true }), {});
    assert.deepEqual(Object.keys(fixedFiles(files, { only: '/project/Dockerfile', withinFile: true })), ['Dockerfile']);
  });

  it('leaves alone what a comment silences', () => {
    assert.deepEqual(
      fixedFiles({
        'compose.yaml': compose
          .replace('      - "18789', '      # openclaw-vm ignore=public-gateway-port behind a firewall\n      - "18789')
          .replace(image, `${image}\n    restart: always`),
      }),
      {},
    );
  });

  it('leaves alone a rule that is off', () => {
    const settings = { severities: { 'public-gateway-port': 'off', 'restart-policy-missing': 'off' } } as const;
    assert.deepEqual(fixedFiles({ 'compose.yaml': compose }, { settings }), {});
  });
});

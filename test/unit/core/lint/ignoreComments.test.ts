import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import { check, checkSilent, toProject } from './check.ts';

describe('ignore comments', () => {
  it('silence the instruction below', () => {
    checkSilent(
      'runtime-install',
      'FROM node:24\n# openclaw-vm ignore=runtime-install the cache volume keeps it\nCMD set -e; \\\n  npm install\n',
    );
  });

  it('silence only that line in a script', () => {
    check('runtime-install', {
      Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nCMD ["/e.sh"]\n',
      'e.sh': '# openclaw-vm ignore=runtime-install\nnpm i -g a\nnpm i -g b\n^^^^^^^^^^\n',
    });
  });

  it('silence a whole file', () => {
    checkSilent('runtime-install', {
      Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nCMD ["/e.sh"]\n',
      'e.sh': '#!/bin/sh\nnpm i -g a\nnpm i -g b\n# openclaw-vm ignore-file=runtime-install,other\n',
    });
  });

  it('are hints where they silence nothing', () => {
    const problems = check('unused-ignore', {
      'compose.yml': `services:
  # openclaw-vm ignore=runtime-install
                       ^^^^^^^^^^^^^^^
  gw:
    image: node:24
`,
    });
    assert.equal(problems[0]?.severity, 'hint');
  });

  it('are told apart from misspelt ones', () => {
    const project = toProject('# openclaw-vm ignore=no-such-rule\nFROM node:24\n');
    assert.match(lintProject(project)[0]?.message ?? '', /no rule "no-such-rule"/);
  });

  it('say nothing about a rule that is off', () => {
    const project = toProject('# openclaw-vm ignore=runtime-install\nFROM node:24\n');
    assert.deepEqual(lintProject(project, { severities: { 'runtime-install': 'off' } }), []);
  });
});

describe('lint settings', () => {
  const project = toProject('FROM node:24\nCMD npm install\n');

  it('change the severity of a rule', () => {
    assert.equal(lintProject(project, { severities: { 'runtime-install': 'error' } })[0]?.severity, 'error');
  });

  it('turn a rule off', () => {
    assert.deepEqual(lintProject(project, { severities: { 'runtime-install': 'off' } }), []);
  });
});

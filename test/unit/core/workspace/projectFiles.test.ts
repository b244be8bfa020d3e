import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectedBinaries } from '../../../../src/core/binaries/expectedBinaries.ts';
import { isProjectFile } from '../../../../src/core/workspace/isProjectFile.ts';
import { resolvePath } from '../../../../src/core/workspace/paths.ts';
import { referencedPaths } from '../../../../src/core/workspace/referencedPaths.ts';
import { toProject } from '../lint/check.ts';

describe('isProjectFile', () => {
  for (const path of [
    '/p/Dockerfile',
    '/p/Dockerfile.prod',
    '/p/gateway.Dockerfile',
    '/p/dockerfile',
    '/p/Containerfile',
    '/p/compose.yaml',
    '/p/compose.prod.yml',
    '/p/docker-compose.yml',
    '/p/docker-compose.override.yaml',
    '/p/docker-stack.yml',
    '/p/production.yml',
    '/p/local.yaml',
    '/p/scripts/update-tools',
    '/p/.env',
    '/p/.env.example',
    '/p/prod.env',
    '/p/start.sh',
    '/p/docker-entrypoint',
    '/p/skills/gog/SKILL.md',
    '/p/package.json',
    '/p/supervisord.conf',
    '/p/rootfs/etc/services.d/gw/run',
    '/p/rootfs/etc/cont-init.d/10-tools',
  ]) {
    it(`reads ${path}`, () => assert.ok(isProjectFile(path)));
  }
  for (const path of [
    '/p/README.md',
    '/p/Dockerfile.md',
    '/p/index.ts',
    '/p/compose.md',
    '/p/services.yml',
    '/p/stacked.yml',
    '/p/bin/tool',
    '/p/docker-composer.yaml',
    '/p/.dockerignore.txt',
    '/p/run',
  ]) {
    it(`does not read ${path}`, () => assert.ok(!isProjectFile(path)));
  }
});

describe('referencedPaths', () => {
  it('asks for scripts, Dockerfiles and env files that others name', () => {
    const project = toProject({
      Dockerfile: 'FROM node:24\nCOPY bin/launch /launch\nENTRYPOINT ["/launch"]\n',
      'compose.yml':
        'services:\n  a:\n    build: { context: ., dockerfile: docker/Gateway }\n    env_file: [gw.vars]\n',
    });
    const wanted = referencedPaths(project);
    for (const path of ['/project/docker/Gateway', '/project/gw.vars']) assert.ok(wanted.includes(path), path);
    assert.ok(
      referencedPaths(toProject('FROM node:24\nCOPY bin/launch /launch\nENTRYPOINT ["/launch"]\n')).includes(
        '/project/bin/launch',
      ),
    );
  });

  it('asks for nothing outside the root', () => {
    const wanted = referencedPaths(
      toProject({ 'compose.yml': 'services:\n  a:\n    build: ../../other\n    env_file: /etc/gw.env\n' }),
    );
    assert.deepEqual(wanted, []);
  });

  it('asks for nothing in a complete project', () => {
    assert.deepEqual(referencedPaths(toProject('FROM node:24\nCMD ["node", "x"]\n')), []);
  });
});

describe('expectedBinaries', () => {
  it('names stanzas, needs of skills for Linux, and other installs', () => {
    const names = expectedBinaries(
      toProject({
        Dockerfile:
          'FROM node:24\n# openclaw-vm: gog 0.37.0\nARG TARGETARCH\nRUN true\nRUN apt-get install -y tmux && npm i -g clawhub@1\n',
        'skills/a/SKILL.md': '---\nmetadata: {"openclaw":{"requires":{"bins":["goplaces","gog"]}}}\n---\n',
        'skills/b/SKILL.md': '---\nmetadata: {"openclaw":{"os":["darwin"],"requires":{"bins":["memo"]}}}\n---\n',
      }),
    );
    assert.deepEqual(
      names.map(({ name, why }) => [name, why]),
      [
        ['clawhub', 'install'],
        ['gog', 'stanza'],
        ['goplaces', 'skill'],
        ['tmux', 'install'],
      ],
    );
    assert.deepEqual(names[1]?.versionProbe, ['gog', '--version']);
  });

  it('leaves out what a stage installs that does not reach the image', () => {
    assert.deepEqual(
      expectedBinaries(toProject('FROM node:24 AS tools\nRUN apt-get install -y jq\nFROM node:24\n')),
      [],
    );
  });
});

describe('resolvePath', () => {
  for (const [folder, path, expected] of [
    ['/a', 'b', '/a/b'],
    ['/a', './b/', '/a/b'],
    ['/a/b', '../c', '/a/c'],
    ['/', 'c', '/c'],
    ['/a', '/x//y/.', '/x/y'],
    ['/a', '../../..', '/'],
    ['/a', '.hidden', '/a/.hidden'],
    ['/a', 'x..y', '/a/x..y'],
  ] as const) {
    it(`takes ${path} from ${folder}`, () => assert.equal(resolvePath(folder, path), expected));
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bakeIntoProject } from '../../../../src/core/binaries/bakeIntoProject.ts';
import { expectedBinaries } from '../../../../src/core/binaries/expectedBinaries.ts';
import { projectBinaries } from '../../../../src/core/binaries/projectBinaries.ts';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';
import type { ProjectFiles } from '../../../../src/core/workspace/ProjectFiles.ts';

const tool = { name: 'tool', version: '1.2.3', source: { kind: 'npm', package: '@scope/tool' } };
const file = (...binaries: readonly unknown[]) => JSON.stringify({ binaries }, undefined, 2);
const project = (files: Readonly<Record<string, string>>, ownBinaries?: unknown): ProjectFiles => ({
  root: '/w/gw',
  texts: new Map(Object.entries(files).map(([name, text]) => [name.startsWith('/') ? name : `/w/gw/${name}`, text])),
  ...(ownBinaries === undefined ? {} : { ownBinaries }),
});
const versionOf = (files: ProjectFiles, name: string) => projectBinaries(files).catalog.find(name)?.version;

describe('the binaries of a project', () => {
  it('are the catalog, its setting and its file, the later before the earlier', () => {
    const gog = (version: string) => ({ ...tool, name: 'gog', version });
    const files = { 'openclaw-vm.binaries.json': file(gog('3.0.0')) };
    assert.equal(versionOf(project({}), 'gog'), '0.37.0');
    assert.equal(versionOf(project({}, [gog('2.0.0'), tool]), 'gog'), '2.0.0');
    assert.equal(versionOf(project(files, [gog('2.0.0'), tool]), 'gog'), '3.0.0');
    assert.equal(versionOf(project(files, [gog('2.0.0'), tool]), 'tool'), '1.2.3');
    assert.equal(versionOf(project(files), 'goplaces'), '0.4.4');
  });

  it('stand in the nearest file, in the root or above it', () => {
    const above = { '/w/openclaw-vm.binaries.json': file(tool) };
    assert.equal(versionOf(project(above), 'tool'), '1.2.3');
    assert.equal(versionOf(project({ ...above, 'openclaw-vm.binaries.json': file() }), 'tool'), undefined);
    assert.equal(versionOf(project({ 'deep/openclaw-vm.binaries.json': file(tool) }), 'tool'), undefined);
  });

  it('follow an edit of the file', () => {
    assert.equal(versionOf(project({ 'openclaw-vm.binaries.json': file(tool) }), 'tool'), '1.2.3');
    const edited = file({ ...tool, version: '1.3.0' });
    assert.equal(versionOf(project({ 'openclaw-vm.binaries.json': edited }), 'tool'), '1.3.0');
  });

  it('may be commented, indented by tabs, and end with commas', () => {
    const text = `// ours\r\n{\r\n\t"binaries": [\r\n\t\t{ /* pinned */ "name": "tool", "version": "1.2.3", "source": { "kind": "npm", "package": "@scope/tool" }, },\r\n\t],\r\n}\r\n`;
    const { catalog, file: read } = projectBinaries(project({ 'openclaw-vm.binaries.json': text }));
    assert.deepEqual(read?.problems, []);
    assert.equal(catalog.find('tool')?.version, '1.2.3');
  });

  it('say where the setting is wrong', () => {
    const { settingProblems, catalog } = projectBinaries(project({}, [tool, { name: 'bad' }]));
    assert.deepEqual(settingProblems, ['Entry 2: The entry lacks "source". The entry "bad" is left out.']);
    assert.ok(catalog.find('tool'));
  });
});

describe('a mistake in the file of binaries', () => {
  const found = (text: string) =>
    lintProject(project({ 'openclaw-vm.binaries.json': text })).map(({ ruleId, range, message }) => {
      assert.equal(ruleId, 'invalid-binary-entry');
      return [text.slice(range.start, range.end), message];
    });

  it('is underlined where it is', () => {
    const text = file({ ...tool, skils: ['x'], source: { kind: 'npm', package: 'a b' } }, tool);
    assert.deepEqual(
      found(text).map(([where]) => where),
      ['"a b"', '"skils"'],
    );
  });

  it('is said where the text is no JSON, and what can be understood counts', () => {
    const text = `{ "binaries": [ ${JSON.stringify(tool)}, { "name": `;
    assert.ok(found(text).some(([, message]) => message?.startsWith('This is not JSON: ')));
    assert.ok(projectBinaries(project({ 'openclaw-vm.binaries.json': text })).catalog.find('tool'));
  });

  for (const [what, text] of [
    ['nested a hundred thousand deep', '['.repeat(100_000)],
    ['an alias to itself', '&a [*a]'],
    [
      'aliases of aliases',
      '{ a: &a [x,x], b: &b [*a,*a], c: &c [*b,*b], d: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c] }',
    ],
    ['a prototype', '{ "binaries": [{ "__proto__": { "name": "x" } }] }'],
    ['keys with slashes', '{ "binaries": [{ "a/b~c#d%": 1 }] }'],
  ] as const) {
    it(`is said of what nobody writes: ${what}`, () => assert.ok(found(text).length > 0));
  }

  it('is said of an empty file', () => assert.equal(found('').length, 1));
});

describe('people’s own binaries', () => {
  const skill = `---\nname: mine\ndescription: x\nmetadata: { "openclaw": { "requires": { "bins": ["tool"] } } }\n---\n`;
  const gateway = {
    Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY skills /app/skills\n',
    'skills/mine/SKILL.md': skill,
  };
  const own = { 'openclaw-vm.binaries.json': file(tool) };

  it('have a fix where a skill lacks one', () => {
    const titles = (files: ProjectFiles) => lintProject(files).flatMap(({ fixes }) => fixes.map(({ title }) => title));
    assert.deepEqual(titles(project(gateway)), []);
    assert.deepEqual(titles(project({ ...gateway, ...own })), ['Bake tool into the image']);
  });

  it('are recognised at an address that is known to be bad', () => {
    const entry = {
      name: 'tool',
      version: '1.2.3',
      source: {
        kind: 'githubRelease',
        repository: 'owner/tool',
        tag: 'v{version}',
        assets: { amd64: { name: 'tool_{version}_linux_amd64.tar.gz' } },
      },
    };
    const files = {
      Dockerfile:
        'FROM node:24\nADD https://github.com/owner/tool/releases/latest/download/tool_linux_amd64.tar.gz /\n',
      'openclaw-vm.binaries.json': file(entry),
    };
    const bad = lintProject(project(files)).find(({ ruleId }) => ruleId === 'known-bad-url');
    assert.match(bad?.message ?? '', /releases\/download\/v1\.2\.3\/tool_1\.2\.3_linux_amd64\.tar\.gz/);
  });

  it('list addresses that do not exist', () => {
    const listed = { ...tool, knownBadUrls: ['…/tool-latest.tgz', 'https://example.com/old/…'] };
    const urls = [
      'https://example.com/x/tool-latest.tgz',
      'http://EXAMPLE.com/old/a/b',
      'https://example.com/new/tool.tgz',
    ];
    const files = {
      Dockerfile: `FROM node:24\n${urls.map((url) => `ADD ${url} /x/\n`).join('')}`,
      'openclaw-vm.binaries.json': file(listed),
    };
    const found = lintProject(project(files)).filter(({ ruleId }) => ruleId === 'known-bad-url');
    assert.deepEqual(
      found.map(({ range }) => files.Dockerfile.slice(range.start, range.end)),
      urls.slice(0, 2),
    );
    assert.match(found[0]?.message ?? '', /The catalog lists this address of tool as one that does not exist\./);
  });

  it('are looked for after a deployment by their own probe', () => {
    const probed = { ...tool, versionProbe: ['tool', 'version'] };
    const files = { Dockerfile: 'FROM node:24\nRUN npm i -g @scope/tool\n', 'openclaw-vm.binaries.json': file(probed) };
    assert.deepEqual(expectedBinaries(project(files)), [
      { name: 'tool', why: 'install', versionProbe: ['tool', 'version'] },
    ]);
  });

  it('are baked in', () => {
    const result = bakeIntoProject(project({ ...gateway, ...own }), '/w/gw/Dockerfile', 'tool');
    assert.ok(result.ok);
    assert.match(applyEdits(gateway.Dockerfile, result.edits), /@scope\/tool@1\.2\.3/);
  });
});

describe('a stanza that is newer than the catalog', () => {
  const baked = (text: string, files: Readonly<Record<string, string>> = {}) => {
    const result = bakeIntoProject(project({ Dockerfile: text, ...files }), '/w/gw/Dockerfile', 'clawhub');
    assert.ok(result.ok);
    return applyEdits(text, result.edits);
  };
  const newer = baked('FROM node:24\n').replaceAll(/clawhub([ @])\d+\.\d+\.\d+/g, 'clawhub$199.0.0');

  it('stays', () => {
    assert.match(newer, /^# openclaw-vm: clawhub 99\.0\.0$/m);
    assert.equal(baked(newer), newer);
  });
  it('goes where an entry of the project wants another version', () => {
    const own = { ...tool, name: 'clawhub', source: { kind: 'npm', package: 'clawhub' } };
    assert.match(baked(newer, { 'openclaw-vm.binaries.json': file(own) }), /^# openclaw-vm: clawhub 1\.2\.3$/m);
  });
});

describe('baking into a Dockerfile of a project', () => {
  const dockerfile = 'FROM node:24 AS gateway\nCMD ["a"]\n\nFROM node:24 AS tests\nCMD ["b"]\n';
  const bake = (files: Readonly<Record<string, string>>) => {
    const result = bakeIntoProject(project({ Dockerfile: dockerfile, ...files }), '/w/gw/Dockerfile', 'clawhub');
    assert.ok(result.ok);
    const text = applyEdits(dockerfile, result.edits);
    return text.indexOf('# openclaw-vm: clawhub') < text.indexOf('AS tests') ? 'gateway' : 'tests';
  };

  it('takes the last stage', () => assert.equal(bake({}), 'tests'));
  it('takes the stage that compose builds', () => {
    assert.equal(bake({ 'compose.yaml': 'services:\n  x:\n    build: { context: ., target: gateway }\n' }), 'gateway');
  });
  it('takes the gateway’s stage where compose builds several', () => {
    const compose =
      'services:\n  t:\n    build: { context: ., target: tests }\n  openclaw-gateway:\n    build: { context: ., target: gateway }\n    command: openclaw gateway\n';
    assert.equal(bake({ 'compose.yaml': compose }), 'gateway');
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withCliFolder } from '../support/withCliFolder.ts';

const cli = withCliFolder();
const { write, run } = cli;
const read = (name: string) => readFileSync(join(cli.folder, name), 'utf8');

const dockerfile = 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCMD ["node", "x"]\n';

describe('openclaw-vm bake', () => {
  it('writes the stanzas, and nothing the second time', () => {
    write({ Dockerfile: dockerfile });
    const first = run('bake', 'gog', 'jq');
    assert.deepEqual([first.status, first.stdout], [0, '']);
    assert.equal(first.stderr, 'Dockerfile: gog: baked in\nDockerfile: jq: baked in\n');
    assert.match(read('Dockerfile'), /^# openclaw-vm: gog 0\.37\.0$[\s\S]*^# openclaw-vm: jq apt$/m);
    const baked = read('Dockerfile');
    const second = run('bake', 'jq', 'gog');
    assert.deepEqual([second.status, second.stderr.match(/in the image already/g)?.length], [0, 2]);
    assert.equal(read('Dockerfile'), baked);
  });

  it('brings an older stanza up to date', () => {
    write({ Dockerfile: dockerfile });
    run('bake', 'gog');
    const now = read('Dockerfile');
    write({ Dockerfile: now.replaceAll('0.37.0', '0.36.0') });
    const { status, stderr } = run('bake', 'gog');
    assert.deepEqual([status, stderr, read('Dockerfile')], [0, 'Dockerfile: gog: brought up to date\n', now]);
  });

  it('shows a diff that patch takes, and changes nothing', () => {
    write({ 'gw/Dockerfile': dockerfile });
    const { status, stdout, stderr } = run('bake', '--dry-run', '--dockerfile', 'gw/Dockerfile', 'goplaces');
    assert.equal(status, 1);
    assert.equal(stderr, 'gw/Dockerfile: goplaces: would be baked in\n');
    assert.equal(read('gw/Dockerfile'), dockerfile);
    const patch = spawnSync('git', ['apply', '-'], { cwd: cli.folder, input: stdout, encoding: 'utf8' });
    assert.equal(patch.status, 0, patch.stderr);
    const patched = read('gw/Dockerfile');
    write({ 'gw/Dockerfile': dockerfile });
    assert.equal(run('bake', '--dockerfile', 'gw/Dockerfile', 'goplaces').status, 0);
    assert.equal(read('gw/Dockerfile'), patched);
  });

  it('keeps line ends and mode', () => {
    write({ Dockerfile: dockerfile.replaceAll('\n', '\r\n') });
    chmodSync(join(cli.folder, 'Dockerfile'), 0o640);
    assert.equal(run('bake', 'gog').status, 0);
    assert.doesNotMatch(read('Dockerfile'), /[^\r]\n/);
    assert.equal(statSync(join(cli.folder, 'Dockerfile')).mode & 0o777, 0o640);
  });

  it('takes the gateway’s Dockerfile and the stage that compose builds', () => {
    write({
      'web/Dockerfile': 'FROM nginx\n',
      'gw/Dockerfile': `${dockerfile.replace('2026.9.6', '2026.9.6 AS gateway')}\nFROM node:24 AS tests\n`,
      'compose.yaml':
        'services:\n  web:\n    build: web\n  openclaw-gateway:\n    build: { context: gw, target: gateway }\n',
    });
    const { status, stderr } = run('bake', 'gog');
    assert.deepEqual([status, stderr], [0, 'gw/Dockerfile: gog: baked in\n']);
    const text = read('gw/Dockerfile');
    assert.ok(text.indexOf('# openclaw-vm: gog') < text.indexOf('AS tests'), text);
  });

  it('takes the project’s own binaries, and says what is wrong with others of them', () => {
    const tool = { name: 'tool', version: '1.2.3', source: { kind: 'npm', package: '@scope/tool' } };
    write({
      Dockerfile: dockerfile,
      'openclaw-vm.binaries.json': JSON.stringify({ binaries: [tool, { name: 'bad' }] }, undefined, 2),
    });
    const { status, stderr } = run('bake', '--dockerfile', 'Dockerfile', 'tool');
    assert.equal(status, 0);
    assert.match(
      stderr,
      /^openclaw-vm: openclaw-vm\.binaries\.json:11:5: The entry lacks "source"\. The entry "bad" is left out\.\n/,
    );
    assert.match(read('Dockerfile'), /@scope\/tool@1\.2\.3/);
  });

  it('names what is near a name that it does not know, and writes none', () => {
    write({ Dockerfile: dockerfile });
    for (const [name, near] of [
      ['gogg', /"gogg" is not in the catalog of binaries\. Did you mean gog\b/],
      ['notion', /Did you mean ntn \(for the skill notion\)/],
      [
        'zzzzzzzz',
        /"zzzzzzzz" is not in the catalog of binaries\. Binaries of your own go into openclaw-vm\.binaries\.json/,
      ],
    ] as const) {
      const { status, stderr } = run('bake', 'jq', name);
      assert.equal(status, 2);
      assert.match(stderr, near);
      assert.match(stderr, /Dockerfile was not changed/);
    }
    assert.equal(read('Dockerfile'), dockerfile);
  });

  it('says that there is no Linux build, and what to do', () => {
    write({ Dockerfile: dockerfile });
    const { status, stderr } = run('bake', 'memo');
    assert.equal(status, 2);
    assert.match(stderr, /memo has no Linux build: it runs on macOS only\. Connect a Mac to the gateway as a node/);
  });

  it('explains a mistake in the command line', () => {
    const two = { 'a/Dockerfile': 'FROM node:24\n', 'b/Dockerfile': 'FROM node:24\n' };
    for (const [files, args, message] of [
      [{}, ['gog'], /there is no Dockerfile here/],
      [two, ['gog'], /several Dockerfiles: name one of them with --dockerfile: a\/Dockerfile, b\/Dockerfile/],
      [two, [], /name the binaries/],
      [two, ['--dockerfile', 'nowhere', 'gog'], /"nowhere" cannot be read/],
      [two, ['--fast', 'gog'], /--fast/],
    ] as const) {
      write(files);
      const { status, stderr } = run('bake', ...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
    }
  });
});

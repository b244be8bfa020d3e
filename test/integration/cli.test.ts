import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withCliFolder } from '../support/withCliFolder.ts';

const cli = withCliFolder();
const { write, run } = cli;

const bad = 'FROM node:24\nCMD npm install -g clawhub && node x\n';
const good = 'FROM node:24\nCMD ["node", "x"]\n';
const project = {
  'gw/Dockerfile': 'FROM node:24\nCOPY scripts/start /start\nENTRYPOINT ["/start"]\n',
  'gw/scripts/start': '#!/bin/sh\napt-get install -y jq\n',
  'gw/compose.yaml': 'services:\n  gw:\n    build: .\n',
};

describe('openclaw-vm lint', () => {
  it('ends with 0 where nothing is found', () => {
    write({ Dockerfile: good });
    const { status, stdout } = run('lint', '.');
    assert.equal(status, 0);
    assert.equal(stdout, 'Nothing found, 1 file checked.\n');
  });

  it('ends with 1 where something is found, and shows the line', () => {
    write({ Dockerfile: bad });
    const { status, stdout } = run('lint', 'Dockerfile');
    assert.equal(status, 1);
    assert.match(stdout, /^Dockerfile:2:5 warning runtime-install\n {2}npm installs clawhub each time/);
    assert.match(stdout, / {2}2 │ CMD npm install -g clawhub && node x\n {4}│ {5}\^{22}\n/);
    assert.match(stdout, /1 finding in 1 file, 1 file checked\.\n$/);
  });

  it('lets nothing of a file act on the terminal', () => {
    const commands = '\u001b[2J\u001b]0;title\u0007\u009b31m\u202e';
    write({
      Dockerfile: `FROM node:24\nCMD npm install -g ${commands}evil && node x\n`,
      [`sub${commands.replace('/', '')}/compose.yaml`]: 'services: [',
      'openclaw-vm.binaries.json': `{ "binaries": [{ "name": "${commands}" }] }`,
    });
    const { stdout, stderr } = run('lint', '.');
    assert.match(stdout, /evil/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
  it('prints the agreed JSON', () => {
    write({ Dockerfile: bad });
    const { status, stdout } = run('lint', '--format', 'json', 'Dockerfile');
    assert.equal(status, 1);
    const findings = JSON.parse(stdout) as Record<string, unknown>[];
    assert.equal(findings.length, 1);
    const { fixes, ...finding } = findings[0] as { fixes: { title: string; edits: Record<string, unknown>[] }[] };
    assert.deepEqual(finding, {
      file: 'Dockerfile',
      line: 2,
      column: 5,
      endLine: 2,
      endColumn: 27,
      ruleId: 'runtime-install',
      severity: 'warning',
      message:
        'npm installs clawhub each time the container starts; it is lost when the container is recreated. Bake it into the image.',
      docsUrl: 'https://github.com/openclaw-docker-vm/openclaw-docker-vm/blob/main/README.md#runtime-install',
    });
    assert.match(fixes[0]?.title ?? '', /^Bake clawhub into the image/);
    assert.deepEqual(Object.keys(fixes[0]?.edits[0] ?? {}), [
      'file',
      'line',
      'column',
      'endLine',
      'endColumn',
      'newText',
    ]);
  });

  it('prints an empty JSON array where nothing is found', () => {
    write({ Dockerfile: good });
    assert.equal(run('lint', '--format=json', '.').stdout, '[]\n');
  });

  it('prints SARIF with regions from 1, rules and relative addresses', () => {
    write({ 'a b/Dockerfile': bad });
    const log = JSON.parse(run('lint', '-f', 'sarif', '.').stdout);
    assert.equal(log.version, '2.1.0');
    const [result] = log.runs[0].results;
    assert.deepEqual(result.locations[0].physicalLocation, {
      artifactLocation: { uri: 'a%20b/Dockerfile' },
      region: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 27 },
    });
    assert.ok(log.runs[0].tool.driver.rules.some(({ id }: { id: string }) => id === result.ruleId));
  });

  it('finds every project of a folder, scripts without an extension included', () => {
    write({ ...project, 'other/Dockerfile': bad, 'node_modules/x/Dockerfile': bad });
    const { stdout } = run('lint', '--format', 'json', '.');
    const files = (JSON.parse(stdout) as { file: string }[]).map(({ file }) => file);
    assert.deepEqual(files, ['gw/scripts/start', 'other/Dockerfile']);
  });

  it('reports of many projects, checked at once, what each has by itself', () => {
    const names = Array.from({ length: 400 }, (_, index) => `${1000 + index}/Dockerfile`);
    write(Object.fromEntries(names.map((name, index) => [name, index % 3 === 0 ? bad : good])));
    const { status, stdout, stderr } = run('lint', '--format', 'json', '.');
    assert.equal(stderr, '');
    assert.equal(status, 1);
    const [one, ...others] = JSON.parse(stdout) as { readonly file: string }[];
    assert.equal(others.length, 133);
    assert.deepEqual(
      [one, ...others].map((finding) => finding?.file),
      names.filter((_, index) => index % 3 === 0),
    );
    assert.deepEqual([one], JSON.parse(run('lint', '--format', 'json', '1000/Dockerfile').stdout));
  });

  it('reports what a script has that one of many projects starts', () => {
    const names = Array.from({ length: 200 }, (_, index) => `${1000 + index}/Dockerfile`);
    write({ ...Object.fromEntries(names.map((name) => [name, good])), ...project });
    const { status, stdout } = run('lint', '--format', 'json', '.');
    assert.equal(status, 1);
    assert.match(stdout, /"file": "gw\/scripts\/start"/);
  });

  it('checks one file together with its neighbours', () => {
    write({ ...project, 'gw/other/Dockerfile': bad });
    const { stdout } = run('lint', '--format', 'json', 'gw/scripts/start');
    assert.deepEqual(
      (JSON.parse(stdout) as { file: string; line: number }[]).map(({ file, line }) => [file, line]),
      [['gw/scripts/start', 2]],
    );
  });

  for (const [given, shown] of [
    ['.', 'gw/scripts/start'],
    ['gw', 'gw/scripts/start'],
    ['./gw/', './gw/scripts/start'],
  ] as const) {
    it(`names files as the path "${given}" does`, () => {
      write(project);
      assert.equal(JSON.parse(run('lint', '--format', 'json', given).stdout)[0].file, shown);
    });
  }

  it('reports a finding once although two paths lead to it', () => {
    write(project);
    assert.equal(JSON.parse(run('lint', '--format', 'json', 'gw', 'gw/scripts/start').stdout).length, 1);
  });

  it('names a path that does not exist, checks the others and ends with 2', () => {
    write({ Dockerfile: bad });
    const { status, stdout, stderr } = run('lint', 'nowhere', 'Dockerfile');
    assert.equal(status, 2);
    assert.match(stderr, /"nowhere" cannot be read: there is no such file or folder/);
    assert.match(stdout, /runtime-install/);
  });

  it('explains a mistake in the command line', () => {
    for (const [args, message] of [
      [['lint'], /name the files or folders/],
      [['lint', '--format', 'xml', '.'], /"xml" is not a format/],
      [['lint', '--fast', '.'], /--fast/],
      [['deploy'], /no command "deploy"/],
      [[], /openclaw-vm lint/],
    ] as const) {
      const { status, stderr } = run(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
    }
  });

  it('prints help and version', () => {
    assert.match(run('--help').stdout, /Exit code: 0 nothing found, 1 findings, 2 could not run/);
    assert.match(run('--version').stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('survives links in circles, and leaves out binary and huge files with a word', () => {
    write({
      Dockerfile: good,
      'Dockerfile.image': `FROM x\0y`,
      'Dockerfile.huge': 'x'.repeat(3 * 1024 * 1024),
      'sub/Dockerfile': bad,
    });
    symlinkSync('..', join(cli.folder, 'sub', 'up'));
    symlinkSync('Dockerfile.loop', join(cli.folder, 'Dockerfile.loop'));
    const { status, stdout, stderr } = run('lint', '--format', 'json', '.');
    assert.equal(status, 1);
    assert.equal(JSON.parse(stdout).length, 1);
    assert.match(stderr, /Dockerfile\.image: it is a binary file/);
    assert.match(stderr, /Dockerfile\.huge: it has 3 MB/);
    assert.match(stderr, /Dockerfile\.loop: it is a link that leads back to itself/);
  });

  it('says that a named file cannot be checked', () => {
    write({ 'Dockerfile.bin': '\0' });
    const { status, stderr } = run('lint', 'Dockerfile.bin');
    assert.equal(status, 2);
    assert.match(stderr, /"Dockerfile\.bin" cannot be checked: it is a binary file/);
  });

  it('survives a folder that it may not read', () => {
    write({ Dockerfile: bad, 'secret/Dockerfile': bad });
    chmodSync(join(cli.folder, 'secret'), 0);
    // root may read everything: then both are found.
    assert.equal(run('lint', '.').status, 1);
  });

  it('survives broken files', () => {
    write({
      Dockerfile: 'FROM\nRUN <<EOF\n"',
      'compose.yaml': 'services: [\n - {',
      '.env': '=',
      'skills/x/SKILL.md': '---\nname: [',
      'package.json': '{',
    });
    const { status, stderr } = run('lint', '.');
    assert.notEqual(status, null);
    assert.notEqual(status, 2);
    assert.equal(stderr, '');
  });

  it('ends quietly when nobody reads on', () => {
    write(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`p${index}/Dockerfile`, bad])));
    const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$1" lint . | head -c 10', process.execPath, cli.program], {
      cwd: cli.folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.equal(stderr, '');
  });
});

const compose =
  'services:\r\n  openclaw:\r\n    image: ghcr.io/openclaw/openclaw:2026.3.2\r\n    volumes: [./s:/home/node/.openclaw]\r\n';

describe('openclaw-vm lint --fix', () => {
  it('moves an install out of the script into the image, and reports what it did', () => {
    write(project);
    const { status, stdout, stderr } = run('lint', '--fix', 'gw');
    assert.equal(status, 0);
    assert.equal(stdout, 'Nothing found, 3 files checked.\n');
    assert.match(stderr, /^gw\/scripts\/start: fixed runtime-install: Bake jq into the image/);
    assert.match(read('gw/Dockerfile'), /^RUN apt-get update/m);
    assert.doesNotMatch(read('gw/scripts/start'), /apt-get/);
    assert.equal(read('gw/compose.yaml'), project['gw/compose.yaml']);
  });

  it('keeps line ends and the mode of the file, and leaves nothing beside it', () => {
    write({ 'compose.yaml': compose });
    chmodSync(join(cli.folder, 'compose.yaml'), 0o640);
    assert.equal(run('lint', '--fix', '.').status, 0);
    assert.equal(read('compose.yaml'), compose.replace('2026.3.2\r\n', '2026.3.2\r\n    restart: unless-stopped\r\n'));
    assert.equal(statSync(join(cli.folder, 'compose.yaml')).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(cli.folder), ['compose.yaml']);
  });

  it('writes through a link', () => {
    write({ 'real.yaml': compose });
    symlinkSync('real.yaml', join(cli.folder, 'compose.yaml'));
    run('lint', '--fix', 'compose.yaml');
    assert.ok(lstatSync(join(cli.folder, 'compose.yaml')).isSymbolicLink());
    assert.match(read('real.yaml'), /restart: unless-stopped/);
  });

  it('ends with 1 where something remains, and prints it', () => {
    write({ Dockerfile: 'FROM node:24\nCMD while ! npm install; do sleep 1; done\n' });
    const { status, stdout } = run('lint', '--fix', '--format', 'json', '.');
    assert.equal(status, 1);
    assert.equal(JSON.parse(stdout)[0].ruleId, 'runtime-install');
  });

  it('fixes only the file that is named', () => {
    write({ 'a/compose.yaml': compose, 'b/compose.yaml': compose });
    assert.equal(run('lint', '--fix', 'a/compose.yaml').status, 0);
    assert.match(read('a/compose.yaml'), /restart/);
    assert.equal(read('b/compose.yaml'), compose);
  });

  it('prints a diff that patch takes, and changes nothing, in a dry run', () => {
    write({ ...project, 'other/compose.yaml': compose });
    const { status, stdout, stderr } = run('lint', '--fix', '--dry-run', '.', 'gw/scripts/start');
    assert.equal(status, 1);
    assert.equal(read('other/compose.yaml'), compose);
    assert.equal(read('gw/Dockerfile'), project['gw/Dockerfile']);
    assert.match(stdout, /^--- a\/gw\/Dockerfile\n\+\+\+ b\/gw\/Dockerfile\n@@ /m);
    assert.match(stderr, /2 findings would be fixed, 0 findings would remain\.\n/);
    const patch = spawnSync('git', ['apply', '-'], { cwd: cli.folder, input: stdout, encoding: 'utf8' });
    assert.equal(patch.status, 0, patch.stderr);
    assert.equal(run('lint', '.').status, 0);
  });

  it('ends with 0 in a dry run where nothing is found', () => {
    write({ Dockerfile: good });
    const { status, stdout } = run('lint', '--fix', '--dry-run', '.');
    assert.deepEqual([status, stdout], [0, '']);
  });

  it('writes no file that is not UTF-8, and says so', () => {
    const latin1 = Buffer.from('FROM node:24\n# caf\xe9\nCMD apt-get install -y jq && node x\n', 'latin1');
    write({});
    writeFileSync(join(cli.folder, 'Dockerfile'), latin1);
    const { status, stderr } = run('lint', '--fix', '.');
    assert.equal(status, 2);
    assert.match(stderr, /Dockerfile could not be written: it has changed in the meantime, or is not UTF-8/);
    assert.deepEqual(readFileSync(join(cli.folder, 'Dockerfile')), latin1);
  });

  it('explains options that do not go together', () => {
    for (const [args, message] of [
      [['--dry-run', '.'], /--dry-run shows what --fix would change/],
      [['--fix', '--dry-run', '--format', 'json', '.'], /--dry-run prints a diff/],
    ] as const) {
      const { status, stderr } = run('lint', ...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
    }
  });
});

function read(name: string): string {
  return readFileSync(join(cli.folder, name), 'utf8');
}

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import {
  announcedScript,
  loginShellCommand,
  quoteArgument,
  quotePath,
  signalSessionScript,
} from '../../../../src/adapters/ssh/shellCommand.ts';

const NASTY = [
  "a'b",
  'a"b',
  '$(id)',
  '`id`',
  'a\nb\n',
  '',
  ' ',
  'a;b',
  '!x',
  'ü€😀',
  '\\',
  "\\'",
  '%s%%',
  '~',
  '*',
  '-n',
  '\t',
  '#',
  'a\\',
];

function argumentsSeenBy(shell: string, argv: readonly string[]): readonly string[] {
  const script = announcedScript(['printf', '%s\\0', ...argv], { marker: 'MARK' });
  const result = spawnSync(shell, ['-c', loginShellCommand(script)], { encoding: 'utf8' });
  assert.equal(result.status, 0, result.stderr);
  assert.match(result.stdout, /^MARK\n/);
  return result.stdout.slice('MARK\n'.length).split('\0').slice(0, -1);
}

describe('loginShellCommand', () => {
  for (const shell of ['bash', 'dash']) {
    it(`carries every argument through ${shell}`, () => assert.deepEqual(argumentsSeenBy(shell, NASTY), NASTY));
  }
  it('holds only characters that every shell leaves alone in single quotes', () =>
    assert.match(loginShellCommand(NASTY.join('')), /^exec sh -c '[^'!\n]*'$/));
});

describe('announcedScript', () => {
  const run = (argv: readonly string[], options: { workingDirectory?: string; environment?: Record<string, string> }) =>
    spawnSync('sh', ['-c', announcedScript(argv, { marker: 'M', ...options })], {
      encoding: 'utf8',
      env: { ...process.env, HOME: '/usr' },
    });
  it('starts in the folder', () =>
    assert.equal(run(['pwd', '-P'], { workingDirectory: '/usr/share' }).stdout, 'M\n/usr/share\n'));
  it('starts below the home folder', () =>
    assert.equal(run(['pwd', '-P'], { workingDirectory: '~/' }).stdout, 'M\n/usr\n'));
  it('does not start where the folder is missing', () => {
    const result = run(['echo', 'started'], { workingDirectory: '/nonexistent $(x)' });
    assert.equal(result.status, 1);
    assert.equal(result.stdout, 'M\n');
    assert.match(result.stderr, /nonexistent \$\(x\)/);
  });
  it('sets variables literally', () =>
    assert.equal(
      run(['sh', '-c', 'printf %s "$A"'], { environment: { A: "it's $(id)\n" } }).stdout,
      "M\nit's $(id)\n",
    ));
  it('refuses a name that is no variable', () =>
    assert.throws(() => announcedScript(['x'], { marker: 'M', environment: { 'A;x': '' } }), TypeError));
  it('ends with the exit code of the program', () => assert.equal(run(['sh', '-c', 'exit 7'], {}).status, 7));
});

describe('quoting', () => {
  it('refuses a NUL character', () => assert.throws(() => quoteArgument('a\0b'), TypeError));
  it('opens only the leading ~/ of a path', () => {
    assert.equal(quotePath('~/a b'), `"$HOME"/'a b'`);
    assert.equal(quotePath('/a/~/b'), `'/a/~/b'`);
  });
  it('signals no session that is not a number', () =>
    assert.throws(() => signalSessionScript('1; reboot', 'TERM'), TypeError));
});

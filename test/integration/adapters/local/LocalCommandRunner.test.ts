import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalCommandRunner } from '../../../../src/adapters/local/LocalCommandRunner.ts';
import type { OutputLine, RunningCommand } from '../../../../src/application/ports/CommandRunner.ts';
import { UserFacingError } from '../../../../src/core/UserFacingError.ts';
import { isAlive } from '../isAlive.ts';

async function outputOf(command: RunningCommand): Promise<readonly OutputLine[]> {
  const lines: OutputLine[] = [];
  for await (const line of command.lines) lines.push(line);
  return lines;
}

describe('LocalCommandRunner', () => {
  const runner = new LocalCommandRunner({ FROM_RUNNER: 'yes' }, 500);

  it('gives both streams and the exit code', async () => {
    const command = runner.run(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    const lines = await outputOf(command);
    assert.deepEqual(lines.map(({ stream, text }) => `${stream} ${text}`).sort(), ['stderr err', 'stdout out']);
    assert.deepEqual(await command.exit, { code: 3, signal: undefined });
  });
  it('needs no shell for its arguments', async () => {
    const argv = ['$(id)', "a'b", 'a b\nc', '', ';', '*'];
    assert.deepEqual(
      (await outputOf(runner.run(['printf', '%s|', ...argv]))).map(({ text }) => text).join('\n'),
      `${argv.join('|')}|`,
    );
  });
  it('sets folder and variables', async () => {
    const options = { workingDirectory: '/usr', environment: { OWN: 'mine' } };
    const lines = await outputOf(runner.run(['sh', '-c', 'echo "$PWD $OWN $FROM_RUNNER"'], options));
    assert.deepEqual(lines, [{ stream: 'stdout', text: '/usr mine yes' }]);
  });
  it('sends stdin to its end', async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 100; index += 1) yield Buffer.alloc(10_000, 'x');
    }
    const lines = await outputOf(runner.run(['wc', '-c'], { stdin: source() }));
    assert.equal(lines[0]?.text.trim(), '1000000');
  });
  it('tells the signal that ended the program', async () => {
    const command = runner.run(['sh', '-c', 'kill -9 $$']);
    await outputOf(command);
    assert.deepEqual(await command.exit, { code: undefined, signal: 'SIGKILL' });
  });
  it('names a program that is not there', async () => {
    const command = runner.run(['no-such-program']);
    await outputOf(command);
    await assert.rejects(
      command.exit,
      (error) => error instanceof UserFacingError && /no-such-program/.test(error.message),
    );
  });
  it('does not start when the signal was given before', async () => {
    const command = runner.run(['sh', '-c', 'echo started'], { signal: AbortSignal.abort(new Error('no')) });
    assert.deepEqual(await outputOf(command), []);
    await assert.rejects(command.exit, /no/);
  });
  it('ends the program and its children, also those that ignore SIGINT', async () => {
    const abort = new AbortController();
    const script = 'trap "" INT; sleep 100 & echo $!; wait; sleep 100';
    const command = runner.run(['sh', '-c', script], { signal: abort.signal });
    const lines = command.lines[Symbol.asyncIterator]();
    const child = Number((await lines.next()).value?.text);
    assert.ok(isAlive(child));
    abort.abort(new Error('enough'));
    await assert.rejects(command.exit, /enough/);
    for (let tries = 0; isAlive(child) && tries < 50; tries += 1) await delay(20);
    assert.equal(isAlive(child), false);
  });
  it('fails with the error of its stdin', async () => {
    // biome-ignore lint/correctness/useYield: it fails before it gives anything.
    async function* broken(): AsyncGenerator<Uint8Array> {
      throw new Error('source broke');
    }
    const command = runner.run(['cat'], { stdin: broken() });
    await outputOf(command);
    await assert.rejects(command.exit, /source broke/);
  });
});

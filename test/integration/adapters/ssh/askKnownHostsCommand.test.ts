import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type AskOptions, askKnownHostsCommand } from '../../../../src/adapters/ssh/askKnownHostsCommand.ts';
import type { KnownHostsEntry } from '../../../../src/core/vm/knownHosts.ts';
import { isAlive } from '../isAlive.ts';

describe('askKnownHostsCommand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'known-hosts-command-'));
  const pidFile = join(folder, 'pid');
  after(() => rmSync(folder, { recursive: true }));

  const ask = (script: string, options: Partial<AskOptions> = {}): Promise<readonly KnownHostsEntry[]> => {
    rmSync(pidFile, { force: true });
    const program = join(folder, 'program');
    writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const address = { host: 'vm', port: 22, user: 'root' };
    return askKnownHostsCommand(
      { words: [program], tokens: {} },
      { reason: 'ORDER', name: 'vm' },
      { address, log: () => {}, signal: undefined, ...options },
    );
  };
  const untilGone = async (): Promise<void> => {
    // On a slow machine it may have been ended before it could say who it is.
    if (!existsSync(pidFile)) return;
    while (isAlive(Number(readFileSync(pidFile, 'utf8')))) await delay(10);
  };
  const started = async (): Promise<void> => {
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await delay(10);
  };
  const hangs = `sleep 600 & echo $! > ${pidFile}; wait`;

  it('reads lines of known_hosts, and no input', async () => {
    const entries = await ask('cat; echo "# vm"; echo "vm ssh-ed25519 AAAA"; echo "@revoked vm ssh-rsa BBBB"');
    assert.deepEqual(
      entries.map(({ marker, hosts, keyBase64, place }) => [marker, hosts, keyBase64, place.line]),
      [
        [undefined, 'vm', 'AAAA', 2],
        ['revoked', 'vm', 'BBBB', 3],
      ],
    );
  });
  it('ends one that hangs, with what it has started', async () => {
    const asking = ask(hangs, { timeoutMs: 1000 });
    await assert.rejects(asking, { problem: 'hostKeyRefused', message: /did not end within 1 s/ });
    await untilGone();
  });
  it('ends one that nobody waits for any more', async () => {
    const abort = new AbortController();
    const asking = ask(hangs, { signal: abort.signal });
    await started();
    abort.abort(new Error('not wanted'));
    await assert.rejects(asking, /not wanted/);
    await untilGone();
  });
  it('takes no endless output', async () => {
    await assert.rejects(ask(`echo $$ > ${pidFile}; exec yes`), /printed more than 4 MB/);
    await untilGone();
  });
  it('says what it is that ended it', () => assert.rejects(ask('kill -9 $$'), /was ended by SIGKILL/));
});

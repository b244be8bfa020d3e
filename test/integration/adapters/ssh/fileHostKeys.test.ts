import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import ssh2 from 'ssh2';
import { fileHostKeys } from '../../../../src/adapters/ssh/fileHostKeys.ts';
import type { UnknownHostKey } from '../../../../src/application/ports/MachineConnector.ts';
import { testKeyPair } from './testKeyPair.ts';

const root = mkdtempSync(join(tmpdir(), 'known-hosts-'));
after(() => rmSync(root, { recursive: true }));

function publicKey(type: 'ed25519' | 'ecdsa' = 'ed25519'): Buffer {
  const pair = type === 'ed25519' ? testKeyPair() : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const parsed = ssh2.utils.parseKey(pair.public);
  assert.ok(!(parsed instanceof Error));
  return parsed.getPublicSSH();
}

async function check(
  file: string,
  key: Buffer,
  decision: 'trustAndRemember' | 'refuse' = 'refuse',
  others: readonly string[] = [],
): Promise<readonly UnknownHostKey[]> {
  const asked: UnknownHostKey[] = [];
  const { verify } = await fileHostKeys('vm', 2222, { user: file, others }, async (unknown) => {
    asked.push(unknown);
    return decision;
  });
  await verify(key);
  return asked;
}

const line = (key: Buffer, name = '[vm]:2222'): string =>
  `${name} ${key.subarray(4, 4 + key.readUInt32BE(0)).toString()} ${key.toString('base64')}`;

describe('fileHostKeys', () => {
  it('asks for an unknown key, remembers it, and does not ask again', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), '.ssh', 'known_hosts');
    const key = publicKey();
    const asked = await check(file, key, 'trustAndRemember');
    assert.equal(asked.length, 1);
    assert.deepEqual(
      [asked[0]?.host, asked[0]?.port, asked[0]?.keyType, asked[0]?.knownHostsFile],
      ['vm', 2222, 'ssh-ed25519', file],
    );
    assert.match(asked[0]?.fingerprint ?? '', /^SHA256:[A-Za-z0-9+/]{43}$/);
    assert.equal(readFileSync(file, 'utf8'), `${line(key)}\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700);
    assert.deepEqual(await check(file, key), []);
  });
  it('adds a line end where the last line has none', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const [old, fresh] = [publicKey(), publicKey()];
    writeFileSync(file, line(old, 'other'));
    await check(file, fresh, 'trustAndRemember');
    assert.equal(readFileSync(file, 'utf8'), `${line(old, 'other')}\n${line(fresh)}\n`);
  });
  it('writes nothing where the key is refused', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    await assert.rejects(check(file, publicKey()), { problem: 'hostKeyRefused' });
    assert.throws(() => statSync(file));
  });
  it('refuses a changed key without asking, naming file, line and both fingerprints', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    writeFileSync(file, `# mine\n${line(publicKey())}\n`);
    await assert.rejects(check(file, publicKey(), 'trustAndRemember'), (error: Error & { problem?: string }) => {
      assert.equal(error.problem, 'hostKeyChanged');
      assert.ok(error.message.includes(`${file}:2`));
      assert.equal(error.message.match(/SHA256:/g)?.length, 2);
      return true;
    });
  });
  it('refuses a revoked key', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const key = publicKey();
    writeFileSync(file, `@revoked ${line(key, '*')}\n`);
    await assert.rejects(check(file, key, 'trustAndRemember'), /revoked/);
  });
  it('knows the keys of the other files', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'system');
    const key = publicKey();
    writeFileSync(file, line(key));
    assert.deepEqual(await check(join(root, 'none'), key, 'refuse', [file]), []);
  });
  it('asks the server first for the types that are known', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    writeFileSync(file, line(publicKey('ecdsa')));
    const { algorithms } = await fileHostKeys('vm', 2222, { user: file, others: [] }, async () => 'refuse');
    assert.equal(algorithms[0], 'ecdsa-sha2-nistp256');
    assert.equal(algorithms.includes('ssh-ed25519'), true);
    assert.equal(algorithms.includes('ssh-rsa'), false);
  });
});

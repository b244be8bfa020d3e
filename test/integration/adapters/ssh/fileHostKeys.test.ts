import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import ssh2 from 'ssh2';
import { fileHostKeys, knownHostsFilesOf } from '../../../../src/adapters/ssh/fileHostKeys.ts';
import type { UnknownHostKey } from '../../../../src/application/ports/MachineConnector.ts';
import { sshStrings } from '../../../../src/core/vm/SshReader.ts';
import { makeCertificate, makeKeyPair } from '../../../support/makeCertificate.ts';
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
  const { verify } = await fileHostKeys(
    { host: 'vm', port: 2222 },
    { user: file, others },
    {
      decide: async (unknown) => {
        asked.push(unknown);
        return decision;
      },
      strict: 'ask',
      hashNames: false,
    },
  );
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
    const { algorithms } = await fileHostKeys({ host: 'vm', port: 2222 }, { user: file, others: [] }, policy());
    assert.equal(algorithms[0], 'ecdsa-sha2-nistp256');
    assert.equal(algorithms.includes('ssh-ed25519'), true);
    assert.equal(algorithms.includes('ssh-rsa'), false);
  });
  it('takes an unknown key without asking where the SSH config says accept-new, and never a changed one', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const key = publicKey();
    const target = { host: 'vm', port: 22 };
    const files = { user: file, others: [] };
    await (await fileHostKeys(target, files, policy('accept-new'))).verify(key);
    assert.equal(readFileSync(file, 'utf8'), `${line(key, 'vm')}\n`);
    const again = await fileHostKeys(target, files, policy('accept-new'));
    await assert.rejects(again.verify(publicKey()), { problem: 'hostKeyChanged' });
  });
  it('refuses an unknown key without asking where the SSH config says yes', async () => {
    const file = join(root, 'strict');
    const { verify } = await fileHostKeys({ host: 'vm', port: 22 }, { user: file, others: [] }, policy('yes'));
    await assert.rejects(verify(publicKey()), /StrictHostKeyChecking yes/);
    assert.equal(existsSync(file), false);
  });
  it('looks for the alias instead of the address, without the port', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const key = publicKey();
    writeFileSync(file, line(key, 'compute.4711'));
    const target = { host: '10.0.0.9', port: 2222, alias: 'compute.4711' };
    await (await fileHostKeys(target, { user: file, others: [] }, policy())).verify(key);
  });
  it('remembers a hashed name, and knows it again', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const key = publicKey();
    const target = { host: 'vm.example.com', port: 2222 };
    const files = { user: file, others: [] };
    await (await fileHostKeys(target, files, { ...policy('accept-new'), hashNames: true })).verify(key);
    assert.match(readFileSync(file, 'utf8'), /^\|1\|[^ ]+ ssh-ed25519 /);
    await (await fileHostKeys(target, files, policy('yes'))).verify(key);
  });
  it('knows nothing and remembers nothing where UserKnownHostsFile is none', async () => {
    const usual = { user: join(mkdtempSync(join(root, 'k-')), 'known_hosts'), others: [] };
    const key = publicKey();
    writeFileSync(usual.user, line(key, 'vm'));
    const files = knownHostsFilesOf({ userKnownHostsFiles: ['none'], globalKnownHostsFiles: ['none'] }, usual);
    const target = { host: 'vm', port: 22 };
    await (await fileHostKeys(target, usual, policy('yes'))).verify(key);
    await assert.rejects((await fileHostKeys(target, files, policy('yes'))).verify(key), /is not known/);
    await (await fileHostKeys(target, files, policy('accept-new'))).verify(key);
    await assert.rejects((await fileHostKeys(target, files, policy('yes'))).verify(key), /is not known/);
  });
  it('says that a host is trusted by certificate and showed none', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    writeFileSync(file, `@cert-authority ${line(publicKey(), 'vm')}`);
    const { verify } = await fileHostKeys({ host: 'vm', port: 22 }, { user: file, others: [] }, policy());
    await assert.rejects(verify(publicKey()), /known_hosts:1 trusts the host by certificate, and it showed none/);
  });
  it('trusts a certificate of the authority, and remembers nothing', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const [host, authority] = [makeKeyPair(), makeKeyPair()];
    const text = `@cert-authority ${line(authority.blob, 'vm')}\n`;
    writeFileSync(file, text);
    const check = await fileHostKeys({ host: 'vm', port: 22 }, { user: file, others: [] }, policy());
    assert.equal(check.certificateAlgorithms?.[0], 'ssh-ed25519-cert-v01@openssh.com');
    await check.verify(makeCertificate(host, authority, { role: 2, principals: ['vm'] }));
    assert.equal(readFileSync(file, 'utf8'), text);
    await assert.rejects(
      check.verify(makeCertificate(host, authority, { role: 2, principals: ['other'] })),
      /is for "other", not for "vm"/,
    );
  });
  it('refuses a certificate that names the authority and is not signed by it, without a question', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const authority = makeKeyPair();
    writeFileSync(file, `@cert-authority ${line(authority.blob, 'vm')}\n`);
    const asked: UnknownHostKey[] = [];
    const decide = async (key: UnknownHostKey) => {
      asked.push(key);
      return 'trustAndRemember' as const;
    };
    const target = { host: 'vm', port: 22 };
    const { verify } = await fileHostKeys(target, { user: file, others: [] }, { ...policy(), decide });
    const forger = { ...makeKeyPair(), blob: authority.blob };
    const forged = makeCertificate(makeKeyPair(), forger, { role: 2, principals: ['vm'] });
    await assert.rejects(verify(forged), /was not signed by the authority that it names/);
    await assert.rejects(verify(forged.subarray(0, -1)), /showed a certificate that is damaged/);
    assert.deepEqual(asked, []);
  });
  it('shows nothing of a certificate that could disturb a line', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    const authority = makeKeyPair();
    writeFileSync(file, `@cert-authority ${line(authority.blob, 'vm')}\n`);
    const { verify } = await fileHostKeys({ host: 'vm', port: 22 }, { user: file, others: [] }, policy('yes'));
    // Nobody checks a signature of an algorithm that is not allowed, so anybody can write this.
    const signer = { ...authority, sign: () => Buffer.from(sshStrings('evil\u001b[31m\nTrust it', '')) };
    await assert.rejects(verify(makeCertificate(makeKeyPair(), signer, { role: 2, keyId: 'a\nb' })), (error: Error) => {
      assert.match(error.message, /Its certificate "a\?b" is signed with evil\?\[31m\?Trust it, which is not safe\./);
      return true;
    });
  });
  it('asks for no certificate where no authority is named for the host', async () => {
    const file = join(mkdtempSync(join(root, 'k-')), 'known_hosts');
    writeFileSync(file, `@cert-authority ${line(makeKeyPair().blob, 'other')}\n`);
    const check = await fileHostKeys({ host: 'vm', port: 22 }, { user: file, others: [] }, policy());
    assert.deepEqual(check.certificateAlgorithms, []);
  });
});

function policy(strict: 'ask' | 'yes' | 'accept-new' = 'ask') {
  return { decide: async () => 'refuse' as const, strict, hashNames: false };
}

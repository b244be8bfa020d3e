import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import ssh2 from 'ssh2';
import { authenticationMethods } from '../../../../src/adapters/ssh/authenticationMethods.ts';
import { encryptedKeyPublicPart } from '../../../../src/adapters/ssh/encryptedKeyPublicPart.ts';
import { testKeyPair } from './testKeyPair.ts';

const root = mkdtempSync(join(tmpdir(), 'keys-'));
after(() => rmSync(root, { recursive: true }));
const plain = testKeyPair();
const locked = testKeyPair('sesame');

function file(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
const plainFile = file('plain', plain.private);
const lockedFile = file('locked', locked.private);
const base = { user: 'root', defaultKeyFiles: [] };

describe('authenticationMethods', () => {
  it('takes the given key file alone', async () => {
    const { methods, tried } = await authenticationMethods({
      ...base,
      identityFile: plainFile,
      defaultKeyFiles: [lockedFile],
    });
    assert.deepEqual(
      methods.map(({ type }) => type),
      ['publickey'],
    );
    assert.deepEqual(tried, [plainFile]);
  });
  it('tries the default keys that need no passphrase, and says which were left out', async () => {
    const { methods, tried } = await authenticationMethods({
      ...base,
      defaultKeyFiles: [lockedFile, join(root, 'none'), plainFile],
    });
    assert.equal(methods.length, 1);
    assert.deepEqual(tried, ['no SSH agent is running', `${lockedFile} (left out: it has a passphrase)`, plainFile]);
  });
  it('says so where the agent does not answer', async () => {
    const { tried } = await authenticationMethods({ ...base, agentSocket: join(root, 'no-agent') });
    assert.deepEqual(tried, ['the SSH agent holds no keys']);
  });
  it('names a key file that is missing', () =>
    assert.rejects(authenticationMethods({ ...base, identityFile: join(root, 'none') }), /none does not exist/));
  it('names a key file that is none, without its contents', () =>
    assert.rejects(authenticationMethods({ ...base, identityFile: file('junk', 'hunter2') }), (error: Error) => {
      assert.match(error.message, /junk is not a private key/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    }));
  it('says what to do about a passphrase', () =>
    assert.rejects(
      authenticationMethods({ ...base, identityFile: lockedFile }),
      (error: Error & { remedy?: string }) => {
        assert.match(error.message, /protected by a passphrase/);
        assert.match(error.remedy ?? '', /ssh-add/);
        return true;
      },
    ));
  it('asks for the passphrase up to three times', async () => {
    const answers = ['wrong', 'wrong', 'sesame'];
    const attempts: number[] = [];
    const { methods } = await authenticationMethods({
      ...base,
      identityFile: lockedFile,
      askPassphrase: async (_file, attempt) => {
        attempts.push(attempt);
        return answers[attempt - 1];
      },
    });
    assert.deepEqual(attempts, [1, 2, 3]);
    assert.equal(methods.length, 1);
  });
  it('does not ask again after "no"', async () => {
    let asked = 0;
    const askPassphrase = async (): Promise<undefined> => {
      asked += 1;
    };
    await assert.rejects(authenticationMethods({ ...base, identityFile: lockedFile, askPassphrase }));
    assert.equal(asked, 1);
  });
});

describe('encryptedKeyPublicPart', () => {
  it('reads the public key of a locked key', () => {
    const expected = ssh2.utils.parseKey(locked.public);
    assert.ok(!(expected instanceof Error));
    assert.deepEqual(encryptedKeyPublicPart(locked.private), expected.getPublicSSH());
  });
  it('is nothing for other texts', () => {
    assert.equal(
      encryptedKeyPublicPart('-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----'),
      undefined,
    );
    assert.equal(
      encryptedKeyPublicPart('-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbg==\n-----END OPENSSH PRIVATE KEY-----'),
      undefined,
    );
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import ssh2 from 'ssh2';
import type { Authentication } from '../../../../src/adapters/ssh/Authentication.ts';
import { encryptedKeyPublicPart } from '../../../../src/adapters/ssh/encryptedKeyPublicPart.ts';
import { prepareAuthentication } from '../../../../src/adapters/ssh/prepareAuthentication.ts';
import { promptsWith } from '../../../support/promptsWith.ts';
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
const base = {
  address: { host: 'vm', port: 22, user: 'root' },
  configuredKeyFiles: [],
  defaultKeyFiles: [],
  identitiesOnly: false,
  agentSockets: [],
};

/** The types of what is tried against a server that takes public keys only and refuses them all. */
async function triedTypes(authentication: Authentication): Promise<readonly string[]> {
  const types: string[] = [];
  for (;;) {
    const method = await authentication.next(types.length === 0 ? undefined : ['publickey'], (ask) => ask());
    if (method === undefined) return types;
    types.push(method.type);
  }
}

describe('prepareAuthentication', () => {
  it('takes the given key file alone', async () => {
    const authentication = await prepareAuthentication({
      ...base,
      identityFile: plainFile,
      defaultKeyFiles: [lockedFile],
    });
    assert.deepEqual(await triedTypes(authentication), ['publickey']);
    assert.deepEqual(authentication.tried, [plainFile]);
  });
  it('tries the default keys that need no passphrase, and says which were left out', async () => {
    const authentication = await prepareAuthentication({
      ...base,
      defaultKeyFiles: [lockedFile, join(root, 'none'), plainFile],
    });
    assert.deepEqual(await triedTypes(authentication), ['publickey']);
    assert.deepEqual(authentication.tried, [
      'no SSH agent is running',
      `${lockedFile} (left out: it has a passphrase)`,
      plainFile,
    ]);
  });
  it('asks for the passphrase of a default key only when nothing else is left', async () => {
    const asked: string[] = [];
    const authentication = await prepareAuthentication({
      ...base,
      defaultKeyFiles: [lockedFile, plainFile],
      prompts: promptsWith({
        passphrase: async (keyFile) => {
          asked.push(keyFile);
          return 'sesame';
        },
      }),
    });
    await authentication.next(undefined, (ask) => ask());
    assert.deepEqual(asked, []);
    const second = await authentication.next(['publickey'], (ask) => ask());
    assert.deepEqual(asked, [lockedFile]);
    assert.equal(second?.type, 'publickey');
  });
  it('tries no default key where the SSH config names some, and says what is wrong with those', async () => {
    const authentication = await prepareAuthentication({
      ...base,
      configuredKeyFiles: [join(root, 'none'), plainFile],
      defaultKeyFiles: [lockedFile],
    });
    assert.deepEqual(await triedTypes(authentication), ['publickey']);
    assert.match(authentication.tried.join(), /none \(left out: it does not exist\).*plain/);
  });
  it('says so where the agent does not answer', async () => {
    const authentication = await prepareAuthentication({ ...base, agentSockets: [join(root, 'no-agent')] });
    assert.deepEqual(authentication.tried, ['the SSH agent holds no keys']);
  });
  it('names a key file that is missing', () =>
    assert.rejects(prepareAuthentication({ ...base, identityFile: join(root, 'none') }), /none does not exist/));
  it('names a key file that is none, without its contents', () =>
    assert.rejects(prepareAuthentication({ ...base, identityFile: file('junk', 'hunter2') }), (error: Error) => {
      assert.match(error.message, /junk is not a private key/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    }));
  it('says what to do about a passphrase', () =>
    assert.rejects(
      prepareAuthentication({ ...base, identityFile: lockedFile }),
      (error: Error & { remedy?: string }) => {
        assert.match(error.message, /protected by a passphrase/);
        assert.match(error.remedy ?? '', /ssh-add/);
        return true;
      },
    ));
  it('asks for the passphrase up to three times', async () => {
    const answers = ['wrong', 'wrong', 'sesame'];
    const attempts: number[] = [];
    const passphrase = async (_file: string, attempt: number): Promise<string | undefined> => {
      attempts.push(attempt);
      return answers[attempt - 1];
    };
    await prepareAuthentication({ ...base, identityFile: lockedFile, prompts: promptsWith({ passphrase }) });
    assert.deepEqual(attempts, [1, 2, 3]);
  });
  it('gives up after three wrong passphrases', () =>
    assert.rejects(
      prepareAuthentication({
        ...base,
        identityFile: lockedFile,
        prompts: promptsWith({ passphrase: async () => 'no' }),
      }),
      /was wrong three times/,
    ));
  it('does not ask again after "no"', async () => {
    let asked = 0;
    const passphrase = async (): Promise<undefined> => {
      asked += 1;
    };
    await assert.rejects(
      prepareAuthentication({ ...base, identityFile: lockedFile, prompts: promptsWith({ passphrase }) }),
    );
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

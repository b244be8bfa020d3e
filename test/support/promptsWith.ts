import assert from 'node:assert/strict';
import type { SshPrompts } from '../../src/application/ports/SshPrompts.ts';

/** A person who answers only what the test expects; any other question fails the test. */
export function promptsWith(answers: Partial<SshPrompts>): SshPrompts {
  return {
    passphrase: async () => assert.fail('asked for a passphrase'),
    password: async () => assert.fail('asked for a password'),
    answers: async () => assert.fail("asked the server's questions"),
    accepted: () => {},
    ...answers,
  };
}

import { Authentication } from '../../../../src/adapters/ssh/Authentication.ts';

/** One private key for the user root, and nobody to ask. */
export function authenticateWith(privateKey: string): Authentication {
  const method = { type: 'publickey', username: 'root', key: privateKey } as const;
  const address = { host: '127.0.0.1', port: 22, user: 'root' };
  return new Authentication(address, [{ kind: 'method', label: 'the test key', method }], [], undefined);
}

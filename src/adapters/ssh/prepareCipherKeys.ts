import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Client } from 'ssh2';

/**
 * Gives the ciphers of a connection their keys as key objects. ssh2 makes a new AES-GCM cipher for each packet from a key that is a mere
 * buffer, and Node 24 takes a tenth of a millisecond each time to find out what it is. To be called after each key exchange; does
 * nothing where ssh2 is not as expected.
 */
export function prepareCipherKeys(client: Client): void {
  const { _protocol: protocol } = client as { _protocol?: Protocol };
  prepare(protocol?._cipher, '_encKey');
  prepare(protocol?._decipher, '_decipherKey');
}

interface Protocol {
  readonly _cipher?: CipherState;
  readonly _decipher?: CipherState;
}

type KeyName = '_encKey' | '_decipherKey';
type CipherState = { [name in KeyName]?: Buffer | KeyObject };

function prepare(cipher: CipherState | undefined, name: KeyName): void {
  const key = cipher?.[name];
  if (cipher !== undefined && Buffer.isBuffer(key)) cipher[name] = createSecretKey(key);
}

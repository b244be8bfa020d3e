import { getCiphers, getHashes } from 'node:crypto';
import type { Algorithms } from 'ssh2';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { chosenAlgorithms, type SshAlgorithmChoice } from '../../core/vm/sshAlgorithms.ts';
import { describeAddress, type SshAddress } from './connectErrors.ts';
import { hostKeyAlgorithmsFor } from './hostKeyAlgorithms.ts';

/** What is exchanged with the server about the connection; absent: what ssh2 prefers on this machine. */
export type TransportAlgorithms = Pick<Algorithms, 'kex' | 'cipher' | 'hmac'>;

/**
 * `KexAlgorithms`, `Ciphers` and `MACs` of the SSH config, as far as ssh2 1.17 can do them.
 * @throws ConnectionError where nothing is left of one, or of `HostKeyAlgorithms`.
 */
export function transportAlgorithms(choice: SshAlgorithmChoice, address: SshAddress): TransportAlgorithms {
  const chosen = (directive: keyof SshAlgorithmChoice, all: AlgorithmLists): readonly string[] | undefined => {
    if (choice[directive] === undefined) return undefined;
    const usual = all.usual.filter(all.isPossible);
    const names = chosenAlgorithms(choice[directive], usual, [...usual, ...all.more.filter(all.isPossible)]);
    if (names.length === 0) throw nothingLeft(directive, choice[directive], usual, address);
    return names;
  };
  const { HostKeyAlgorithms: hostKeys } = choice;
  const { algorithms, certificateAlgorithms } = hostKeyAlgorithmsFor([], hostKeys);
  if (hostKeys !== undefined && algorithms.length + certificateAlgorithms.length === 0) {
    throw nothingLeft('HostKeyAlgorithms', hostKeys, hostKeyAlgorithmsFor([]).algorithms, address);
  }
  const found = {
    kex: chosen('KexAlgorithms', KEY_EXCHANGES),
    cipher: chosen('Ciphers', CIPHERS),
    hmac: chosen('MACs', MACS),
  };
  return Object.fromEntries(Object.entries(found).filter(([, names]) => names !== undefined)) as TransportAlgorithms;
}

function nothingLeft(
  directive: keyof SshAlgorithmChoice,
  specification: string,
  possible: readonly string[],
  address: SshAddress,
): ConnectionError {
  return new ConnectionError(
    'other',
    `"${directive} ${specification}" of the SSH config for ${describeAddress(address)} leaves nothing that is possible here.`,
    { remedy: `Add one of these to it, then retry: ${possible.join(', ')}.` },
  );
}

interface AlgorithmLists {
  readonly usual: readonly string[];
  /** Only where somebody asks for them. */
  readonly more: readonly string[];
  isPossible(name: string): boolean;
}

// All of what lib/protocol/constants.js of ssh2 has, but what no server of today offers. It throws on what the runtime's crypto cannot do.
export const KEY_EXCHANGES: AlgorithmLists = {
  usual: [
    'curve25519-sha256@libssh.org',
    'curve25519-sha256',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group15-sha512',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512',
    'diffie-hellman-group18-sha512',
  ],
  more: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
  isPossible: () => true,
};

const CIPHERS_OF_RUNTIME: ReadonlyMap<string, string> = new Map([
  ['aes128-gcm@openssh.com', 'aes-128-gcm'],
  ['aes256-gcm@openssh.com', 'aes-256-gcm'],
  ['aes128-ctr', 'aes-128-ctr'],
  ['aes192-ctr', 'aes-192-ctr'],
  ['aes256-ctr', 'aes-256-ctr'],
  ['chacha20-poly1305@openssh.com', 'chacha20'],
  ['aes256-cbc', 'aes-256-cbc'],
  ['aes192-cbc', 'aes-192-cbc'],
  ['aes128-cbc', 'aes-128-cbc'],
  ['3des-cbc', 'des-ede3-cbc'],
]);
const OLD_CIPHER = /-cbc$/;

export const CIPHERS: AlgorithmLists = {
  usual: [...CIPHERS_OF_RUNTIME.keys()].filter((name) => !OLD_CIPHER.test(name)),
  more: [...CIPHERS_OF_RUNTIME.keys()].filter((name) => OLD_CIPHER.test(name)),
  isPossible: (name) => getCiphers().includes(CIPHERS_OF_RUNTIME.get(name) ?? ''),
};

export const MACS: AlgorithmLists = {
  usual: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1',
  ],
  more: ['hmac-md5', 'hmac-sha1-96', 'hmac-md5-96'],
  isPossible: (name) =>
    getHashes().includes(
      name.replace(/^hmac-(?:sha2-(\d+)|(sha1|md5)).*$/, (_all, bits, old) =>
        bits === undefined ? old : `sha${bits}`,
      ),
    ),
};

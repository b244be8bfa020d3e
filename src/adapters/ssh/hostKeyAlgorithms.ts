import { generateKeyPairSync } from 'node:crypto';
import { chosenAlgorithms, saysOrder } from '../../core/vm/sshAlgorithms.ts';
import { certifiedAlgorithm } from '../../core/vm/sshCertificate.ts';

/** Key types whose keys can be checked, best first, each with the signature algorithms that it can make. No SHA-1. */
const ALGORITHMS_BY_TYPE: ReadonlyMap<string, readonly string[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);
// With SHA-1: only where somebody asks for it (`HostKeyAlgorithms +ssh-rsa`), for servers that can do nothing else.
const WEAK_ALGORITHM = 'ssh-rsa';

/** As known_hosts names them. */
export const SUPPORTED_HOST_KEY_TYPES: readonly string[] = [...ALGORITHMS_BY_TYPE.keys()].filter(isUsableHere);

export interface HostKeyAlgorithms {
  readonly algorithms: readonly string[];
  /** Those of host certificates. */
  readonly certificateAlgorithms: readonly string[];
  /** Of the plain keys that could be shown. */
  readonly keyTypes: readonly string[];
}

/** All algorithms to offer, those of the given key types first, in their order; of them what `HostKeyAlgorithms` leaves. */
export function hostKeyAlgorithmsFor(firstTypes: readonly string[], specification?: string): HostKeyAlgorithms {
  const types = [...firstTypes.filter((type) => SUPPORTED_HOST_KEY_TYPES.includes(type)), ...SUPPORTED_HOST_KEY_TYPES];
  const plain = [...new Set(types)].flatMap((type) => ALGORITHMS_BY_TYPE.get(type) ?? []);
  const usual = [...plain.map(certifiedAlgorithm), ...plain];
  const chosen = chosenAlgorithms(specification, usual, [...usual, WEAK_ALGORITHM]);
  const ordered = saysOrder(specification)
    ? chosen
    : [...usual, WEAK_ALGORITHM].filter((name) => chosen.includes(name));
  const isPlain = (name: string): boolean => plain.includes(name) || name === WEAK_ALGORITHM;
  const algorithms = ordered.filter(isPlain);
  return {
    algorithms,
    certificateAlgorithms: ordered.filter((name) => !isPlain(name)),
    keyTypes: SUPPORTED_HOST_KEY_TYPES.filter(
      (type) => algorithms.includes(type) || ALGORITHMS_BY_TYPE.get(type)?.some((name) => algorithms.includes(name)),
    ),
  };
}

// ssh2 refuses to offer ed25519 where the runtime's crypto cannot do it.
function isUsableHere(type: string): boolean {
  if (type !== 'ssh-ed25519') return true;
  try {
    generateKeyPairSync('ed25519');
    return true;
  } catch {
    return false;
  }
}

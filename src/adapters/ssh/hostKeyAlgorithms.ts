import { generateKeyPairSync } from 'node:crypto';
import { certifiedAlgorithm } from '../../core/vm/sshCertificate.ts';

/** Key types whose keys can be checked, best first, each with the signature algorithms that it can make. No SHA-1. */
const ALGORITHMS_BY_TYPE: ReadonlyMap<string, readonly string[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

/** As known_hosts names them. */
export const SUPPORTED_HOST_KEY_TYPES: readonly string[] = [...ALGORITHMS_BY_TYPE.keys()].filter(isUsableHere);

/** All algorithms to offer, those of the given key types first, in their order. */
export function hostKeyAlgorithmsFor(firstTypes: readonly string[]): readonly string[] {
  const types = [...firstTypes.filter((type) => SUPPORTED_HOST_KEY_TYPES.includes(type)), ...SUPPORTED_HOST_KEY_TYPES];
  return [...new Set(types)].flatMap((type) => ALGORITHMS_BY_TYPE.get(type) ?? []);
}

/** The same for host certificates, by the types of the keys inside. */
export function hostCertificateAlgorithmsFor(firstTypes: readonly string[]): readonly string[] {
  return hostKeyAlgorithmsFor(firstTypes).map(certifiedAlgorithm);
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

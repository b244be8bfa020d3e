import { ConnectionError } from '../../application/ConnectionError.ts';
import type { KnownHostsPlace } from '../../core/vm/knownHosts.ts';
import { fingerprintOf } from './publicKeyBlobs.ts';

export interface ShownKey {
  readonly address: string;
  readonly keyType: string;
  readonly fingerprint: string;
  /** A sentence behind a blank, or nothing. */
  readonly certificateNote: string;
}

/** The server shows another key than the one that is known. */
export function hostKeyChanged(
  { address, keyType, fingerprint, certificateNote }: ShownKey,
  { file, line, isPrinted }: KnownHostsPlace,
  knownKeyBase64: string,
): ConnectionError {
  const known = fingerprintOf(Buffer.from(knownKeyBase64, 'base64'));
  return new ConnectionError(
    'hostKeyChanged',
    `The host key of ${address} has changed: it showed ${fingerprint} (${keyType}), but ${file}:${line} knows ${known}. ` +
      `Somebody may be listening in, or the VM was made anew.${certificateNote}`,
    {
      remedy:
        'Ask whoever runs the VM for its key; if it is right, ' +
        `${isPrinted === true ? `have ${file} print it` : `remove line ${line} of ${file}`} and retry.`,
    },
  );
}

/** `what`: what it showed; `place`: a file, perhaps with a line. */
export function hostKeyRevoked(
  { address, keyType, fingerprint }: ShownKey,
  what: string,
  place: string,
): ConnectionError {
  return new ConnectionError(
    'hostKeyChanged',
    `${address} showed ${what} that ${place} marks as revoked: ${fingerprint} (${keyType}).`,
    { remedy: 'Do not connect; give the VM a new host key and tell whoever runs it.' },
  );
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConnectionError } from '../../application/ConnectionError.ts';
import { parseRevokedKeys, type RevokedKeys, revokedPart } from '../../core/vm/revokedKeys.ts';
import { parseSshCertificate } from '../../core/vm/sshCertificate.ts';
import { hostKeyRevoked } from './hostKeyErrors.ts';
import { expandHome } from './keyFiles.ts';
import { fingerprintOf, keyTypeOf } from './publicKeyBlobs.ts';

/**
 * Reads the files of `RevokedHostKeys`; the check that it gives throws where what a server shows is listed in one of them.
 * `address`: for messages. @throws ConnectionError (rejects) where a file cannot be read: it might list any key.
 */
export async function refuseRevoked(files: readonly string[], address: string): Promise<(shown: Uint8Array) => void> {
  const lists = await Promise.all(files.map(expandHome).map((file) => readList(file, address)));
  return (shown) => {
    for (const { file, revoked } of lists) {
      const part = revokedPart(revoked, shown, (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex'));
      if (part === undefined) continue;
      const parsed = parseSshCertificate(shown);
      const { key, authorityKey } = parsed.ok ? parsed.certificate : { key: shown, authorityKey: shown };
      const listed = part === 'authority' ? authorityKey : key;
      const what = { key: 'a host key', certificate: 'a certificate', authority: 'a certificate of an authority' }[
        part
      ];
      throw hostKeyRevoked(
        { address, keyType: keyTypeOf(listed), fingerprint: fingerprintOf(listed), certificateNote: '' },
        what,
        file,
      );
    }
  };
}

async function readList(
  file: string,
  address: string,
): Promise<{ readonly file: string; readonly revoked: RevokedKeys }> {
  const fail = (reason: string, cause?: unknown): ConnectionError =>
    new ConnectionError(
      'hostKeyRefused',
      `The host key of ${address} cannot be trusted: ${file} (RevokedHostKeys of the SSH config) ${reason}.`,
      { remedy: 'Correct the file, or take it out of your SSH config, then retry.', cause },
    );
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw fail('could not be read', cause);
  });
  const parsed = parseRevokedKeys(bytes);
  if (!parsed.ok) throw fail(parsed.reason);
  return { file, revoked: parsed.revoked };
}

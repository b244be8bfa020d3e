import ssh2, { type ParsedKey } from 'ssh2';
import type { SshCertificate } from '../../core/vm/sshCertificate.ts';
import { blobKey } from './blobKey.ts';
import { sshSignature } from './sshSignatures.ts';

/** A private key that shows a certificate; `undefined` where the certificate is not for this key, or the key cannot be read. */
export function certifiedKey(
  privateKey: string,
  certificate: SshCertificate,
  passphrase?: string,
): ParsedKey | undefined {
  const parsed: ParsedKey | Error | readonly ParsedKey[] = ssh2.utils.parseKey(privateKey, passphrase);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error || !key.getPublicSSH().equals(certificate.key)) return undefined;
  const pem = key.getPrivatePEM();
  return blobKey({
    keyType: certificate.keyType,
    blob: Buffer.from(certificate.blob),
    isCertificate: true,
    sign: (data, algorithm) => sshSignature(pem, algorithm, data),
  });
}

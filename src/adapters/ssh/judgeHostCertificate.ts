import { ConnectionError } from '../../application/ConnectionError.ts';
import { hostCertificateProblem, named, printable } from '../../core/vm/certificateProblems.ts';
import { type HmacSha1, judgeHostAuthority, type KnownHostsEntry } from '../../core/vm/knownHosts.ts';
import { parseSshCertificate, type SshCertificate } from '../../core/vm/sshCertificate.ts';
import { hostKeyRevoked } from './hostKeyErrors.ts';
import { fingerprintOf, keyTypeOf } from './publicKeyBlobs.ts';
import { isSignatureAlgorithm, isSshSignature } from './sshSignatures.ts';

export interface HostCertificateContext {
  /** For messages. */
  readonly address: string;
  readonly entries: readonly KnownHostsEntry[];
  /** The name and port that known_hosts and the certificate are asked for. */
  readonly host: string;
  readonly port: number;
  readonly hmacSha1: HmacSha1;
  readonly nowMs: number;
  /** Whether an authority may sign so. */
  isAllowedSignature(algorithm: string): boolean;
}

export type HostCertificateVerdict =
  | { readonly vouches: true }
  /** As ssh does it: the key inside counts as a plain one. `problem` follows "its certificate". */
  | { readonly vouches: false; readonly key: Uint8Array; readonly problem: string };

/**
 * Judges the certificate that a server shows by the `@cert-authority` and `@revoked` lines of known_hosts and by what it says.
 * @throws ConnectionError where it, its authority or its key is forged or revoked.
 */
export function judgeHostCertificate(bytes: Buffer, context: HostCertificateContext): HostCertificateVerdict {
  const certificate = genuineCertificate(bytes, context.address);
  const problem = problemOf(certificate, context);
  return problem === undefined ? { vouches: true } : { vouches: false, key: certificate.key, problem };
}

function problemOf(
  certificate: SshCertificate,
  { address, entries, host, port, hmacSha1, nowMs, isAllowedSignature }: HostCertificateContext,
): string | undefined {
  const { key, authorityKey } = certificate;
  const base64 = (blob: Uint8Array): string => Buffer.from(blob).toString('base64');
  const shown = { host, port, keyBase64: base64(key), authorityBase64: base64(authorityKey) };
  const verdict = judgeHostAuthority(entries, shown, hmacSha1);
  if (verdict.kind === 'revoked') {
    const [revoked, what] = verdict.isAuthority
      ? [authorityKey, 'a certificate of an authority']
      : ([key, 'a host key'] as const);
    const where = { address, keyType: printable(keyTypeOf(revoked)), fingerprint: fingerprintOf(revoked) };
    const { file, line } = verdict.place;
    throw hostKeyRevoked({ ...where, certificateNote: '' }, what, `${file}:${line}`);
  }
  if (verdict.kind === 'unknown') {
    const authority = `${printable(keyTypeOf(authorityKey))} ${fingerprintOf(authorityKey)}`;
    return `${named(certificate)} is of an authority that is not known (${authority})`;
  }
  if (!isAllowedSignature(certificate.signatureAlgorithm)) {
    return `${named(certificate)} is signed with ${printable(certificate.signatureAlgorithm)}, which is not ${isSignatureAlgorithm(certificate.signatureAlgorithm) ? 'allowed' : 'safe'}`;
  }
  return hostCertificateProblem(certificate, host, nowMs);
}

/** @throws ConnectionError where the bytes are no certificate, or its signature is not the named authority's: nobody made that by mistake. */
function genuineCertificate(bytes: Buffer, address: string): SshCertificate {
  const parsed = parseSshCertificate(bytes);
  const reason = !parsed.ok
    ? parsed.reason
    : isSignatureAlgorithm(parsed.certificate.signatureAlgorithm) &&
        !isSshSignature(parsed.certificate.authorityKey, parsed.certificate.signature, parsed.certificate.signed)
      ? 'was not signed by the authority that it names'
      : undefined;
  if (parsed.ok && reason === undefined) return parsed.certificate;
  throw new ConnectionError('hostKeyRefused', `${address} showed a certificate that ${reason ?? 'is damaged'}.`, {
    remedy: 'Do not connect; ask whoever runs the VM to sign its host key anew.',
  });
}

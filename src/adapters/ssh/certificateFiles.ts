import { readFile } from 'node:fs/promises';
import { isCertificateType, parseSshCertificate, type SshCertificate } from '../../core/vm/sshCertificate.ts';
import { expandHome } from './keyFiles.ts';

export interface CertificateFile {
  readonly file: string;
  readonly certificate: SshCertificate;
}

export interface CertificateFiles {
  readonly certificates: readonly CertificateFile[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/**
 * The certificates that ssh would take: those that `CertificateFile` names or, where it names none, the ones beside the key files.
 * Paths may begin with `~/`.
 */
export async function readCertificateFiles(
  named: readonly string[],
  keyFiles: readonly string[],
): Promise<CertificateFiles> {
  const read = await Promise.all(
    named.length > 0
      ? named.map((file) => readCertificate(expandHome(file), true))
      : keyFiles.map((file) => readCertificate(expandHome(`${file.replace(/\.pub$/, '')}-cert.pub`), false)),
  );
  const found = read.filter((entry) => entry !== undefined);
  const certificates = found.filter((entry) => typeof entry !== 'string');
  return {
    certificates: certificates.filter(
      ({ certificate }, index) =>
        certificates.findIndex((other) => Buffer.compare(other.certificate.blob, certificate.blob) === 0) === index,
    ),
    notes: found.filter((entry) => typeof entry === 'string'),
  };
}

async function readCertificate(file: string, isNamed: boolean): Promise<CertificateFile | string | undefined> {
  const leftOut = (reason: string): string => `${file} (left out: it ${reason})`;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing) return isNamed ? leftOut('does not exist') : undefined;
    return leftOut('could not be read');
  }
  const [type, base64] = text.trim().split(/\s+/);
  if (type === undefined || base64 === undefined || !isCertificateType(type)) return leftOut('is not a certificate');
  const parsed = parseSshCertificate(Buffer.from(base64, 'base64'));
  if (!parsed.ok) return leftOut(parsed.reason);
  return parsed.certificate.type === type ? { file, certificate: parsed.certificate } : leftOut('is damaged');
}

import { matchesGlob } from './matchesGlob.ts';
import { FOREVER, type SshCertificate } from './sshCertificate.ts';

/**
 * Why a host's certificate does not vouch for it under this name, as OpenSSH judges it; `undefined` where it does. Follows
 * "its certificate". The authority and its signature are judged elsewhere.
 */
export function hostCertificateProblem(certificate: SshCertificate, host: string, nowMs: number): string | undefined {
  if (certificate.role !== 'host') return `${named(certificate)} is for a user, not for a host`;
  const validity = validityProblem(certificate, nowMs);
  if (validity !== undefined) return `${named(certificate)} ${validity}`;
  // Current versions of ssh take none as "no host", older ones took it as "any".
  if (certificate.principals.length === 0) return `${named(certificate)} names no host`;
  const name = host.toLowerCase();
  if (!certificate.principals.some((principal) => matchesGlob(principal.toLowerCase(), name))) {
    return `${named(certificate)} is for ${quoted(certificate.principals)}, not for "${name}"`;
  }
  const [option] = certificate.criticalOptions;
  if (option !== undefined)
    return `${named(certificate)} has the critical option ${quoted([option])}, which is not known`;
  return undefined;
}

/** What speaks against a user's certificate, before any server has judged it. */
export interface UserCertificateDoubt {
  /** Follows the certificate's name. */
  readonly problem: string;
  /** The next step; a sentence. */
  readonly remedy: string;
  /** `leaveOut`: no server takes it. `tryLast`: only if this machine's clock is wrong. `try`: the server may know better. */
  readonly use: 'leaveOut' | 'tryLast' | 'try';
}

/** `undefined` where the certificate is valid and names the login. */
export function userCertificateDoubt(
  certificate: SshCertificate,
  user: string,
  nowMs: number,
): UserCertificateDoubt | undefined {
  if (certificate.role !== 'user') {
    return {
      problem: `${named(certificate)} is for a host, not for a user`,
      remedy: 'Name a certificate that was made for you (ssh-keygen -s without -h), then retry.',
      use: 'leaveOut',
    };
  }
  const validity = validityProblem(certificate, nowMs);
  if (validity !== undefined) {
    return {
      problem: `${named(certificate)} ${validity}`,
      remedy: 'Have your key signed anew by your certificate authority, then retry.',
      use: 'tryLast',
    };
  }
  if (certificate.principals.includes(user)) return undefined;
  // sshd may map other names to the login (AuthorizedPrincipalsFile).
  const names = certificate.principals.length === 0 ? 'names nobody' : `is for ${quoted(certificate.principals)}`;
  return {
    problem: `${named(certificate)} ${names}`,
    remedy: `Ask your certificate authority for a certificate for "${user}", or set another user for this VM, then retry.`,
    use: 'try',
  };
}

/** `"key id"` and the serial number, where it has one. */
export function named(certificate: SshCertificate): string {
  const serial = certificate.serial === 0n ? '' : `, serial ${certificate.serial}`;
  return certificate.keyId === '' ? `without a name${serial}` : `${quoted([certificate.keyId])}${serial}`;
}

function validityProblem(certificate: SshCertificate, nowMs: number): string | undefined {
  const now = BigInt(Math.floor(nowMs / 1000));
  if (now < certificate.validAfter) return `is valid only from ${dateOf(certificate.validAfter)} on`;
  if (certificate.validBefore !== FOREVER && now >= certificate.validBefore) {
    return `expired on ${dateOf(certificate.validBefore)}`;
  }
  return undefined;
}

// The last moment that a JavaScript date can hold.
const LAST_SECOND = 8_640_000_000_000n;

function dateOf(seconds: bigint): string {
  const date = new Date(Number(seconds > LAST_SECOND ? LAST_SECOND : seconds) * 1000);
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const MAX_SHOWN = 5;

/** A name that a stranger chose: nothing in it may disturb a line of text. */
export function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, MAX_SHOWN).map((name) => `"${printable(name)}"`);
  return names.length > MAX_SHOWN ? `${shown.join(', ')} and ${names.length - MAX_SHOWN} more` : shown.join(', ');
}

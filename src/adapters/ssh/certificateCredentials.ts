import { userCertificateDoubt } from '../../core/vm/certificateProblems.ts';
import type { SshCertificate } from '../../core/vm/sshCertificate.ts';
import type { Credential } from './Authentication.ts';
import { blobKey } from './blobKey.ts';
import type { CertificateFile } from './certificateFiles.ts';
import { certifiedKey } from './certifiedKey.ts';
import { FilteredAgent } from './FilteredAgent.ts';
import type { KeyFile } from './keyFiles.ts';
import type { AgentKey, AgentKeys } from './sshAgents.ts';

export interface CertificateCredentials {
  /** To be tried before all keys. */
  readonly first: readonly Credential[];
  /** To be tried when nothing else is left: not valid by this machine's clock. */
  readonly last: readonly Credential[];
  readonly notes: readonly string[];
  /** The next step where the server takes nothing. */
  readonly remedy: string | undefined;
  /** Keys of the agent that need not be tried again. */
  readonly used: ReadonlySet<AgentKey>;
}

/** A key file whose passphrase is known. */
export interface OpenedKey {
  readonly kind: 'opened';
  readonly text: string;
  readonly passphrase: string;
}

export interface CertificateSources {
  readonly certificates: readonly CertificateFile[];
  readonly keyFiles: readonly { readonly file: string; readonly read: KeyFile | OpenedKey }[];
  readonly agentKeys: AgentKeys | undefined;
  readonly username: string;
  /** Whether a person can be asked for a passphrase. */
  readonly canAsk: boolean;
  readonly nowMs: number;
}

/** How each certificate file can be used: with the agent's key, a key file, or one whose passphrase is asked for. */
export function certificateCredentials(sources: CertificateSources): CertificateCredentials {
  const first: Credential[] = [];
  const last: Credential[] = [];
  const notes: string[] = [];
  const remedies: string[] = [];
  const used = new Set<AgentKey>();
  for (const { file, certificate } of sources.certificates) {
    const doubt = userCertificateDoubt(certificate, sources.username, sources.nowMs);
    if (doubt !== undefined) remedies.push(doubt.remedy);
    if (doubt?.use === 'leaveOut') {
      notes.push(`${file} (left out: the certificate ${doubt.problem})`);
      continue;
    }
    const label = doubt === undefined ? file : `${file} (the certificate ${doubt.problem})`;
    const held = sources.agentKeys?.keys.find(({ blob }) => blob.equals(certificate.blob));
    if (held !== undefined) used.add(held);
    const credential = credentialOf(certificate, label, held, sources);
    if (credential === undefined) notes.push(`${file} (left out: its private key ${missingKey(certificate, sources)})`);
    else (doubt?.use === 'tryLast' ? last : first).push(credential);
  }
  return { first, last, notes, remedy: remedies[0], used };
}

function credentialOf(
  certificate: SshCertificate,
  label: string,
  held: AgentKey | undefined,
  { agentKeys, keyFiles, username, canAsk }: CertificateSources,
): Credential | undefined {
  const blob = Buffer.from(certificate.blob);
  const plain = agentKeys?.keys.find((key) => key.blob.equals(certificate.key));
  if (agentKeys !== undefined && (held !== undefined || plain !== undefined)) {
    const { keyType } = certificate;
    const key =
      held?.key ??
      blobKey({ keyType, blob, isCertificate: true, ...(plain === undefined ? {} : { signingBlob: plain.blob }) });
    return {
      kind: 'method',
      label,
      method: { type: 'agent', username, agent: new FilteredAgent(agentKeys.agent, [key]) },
    };
  }
  for (const { read } of keyFiles) {
    const passphrase = read.kind === 'opened' ? read.passphrase : undefined;
    const isOpen = read.kind === 'privateKey' || read.kind === 'opened';
    const key = isOpen ? certifiedKey(read.text, certificate, passphrase) : undefined;
    if (key !== undefined) return { kind: 'method', label, method: { type: 'publickey', username, key } };
  }
  for (const { file, read } of keyFiles) {
    if (!canAsk || read.kind !== 'encrypted') continue;
    // Old key files keep their public part to themselves; once the key is open, it is compared.
    if (read.publicPart === undefined || read.publicPart.equals(certificate.key)) {
      return { kind: 'locked', label, file, text: read.text, certificate };
    }
  }
  return undefined;
}

function missingKey(certificate: SshCertificate, { keyFiles }: CertificateSources): string {
  const isLocked = keyFiles.some(
    ({ read }) => read.kind === 'encrypted' && read.publicPart?.equals(certificate.key) === true,
  );
  return isLocked ? 'has a passphrase' : 'was not found';
}

/** The agent's keys in the order to try them, without host certificates, and what speaks against its certificates. */
export function orderAgentKeys(
  keys: readonly AgentKey[],
  username: string,
  nowMs: number,
): { readonly keys: readonly AgentKey[]; readonly problems: readonly string[]; readonly remedy: string | undefined } {
  const judged = keys.map((key) => ({
    key,
    doubt: key.certificate === undefined ? undefined : userCertificateDoubt(key.certificate, username, nowMs),
  }));
  const rank = ({ key, doubt }: (typeof judged)[number]): number =>
    doubt?.use === 'tryLast' ? 2 : key.certificate === undefined ? 1 : 0;
  const doubts = judged.flatMap(({ doubt }) => (doubt === undefined ? [] : [doubt]));
  return {
    keys: judged
      .filter(({ doubt }) => doubt?.use !== 'leaveOut')
      .sort((one, other) => rank(one) - rank(other))
      .map(({ key }) => key),
    problems: doubts.map(({ problem }) => `the certificate ${problem}`),
    remedy: doubts[0]?.remedy,
  };
}

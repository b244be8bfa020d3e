import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { devNull, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { HostKeyDecision, UnknownHostKey } from '../../application/ports/MachineConnector.ts';
import {
  type HmacSha1,
  hasHostAuthority,
  judgeHostKey,
  type KnownHostsEntry,
  knownHostsLine,
  knownHostsName,
  knownKeyTypes,
  parseKnownHosts,
} from '../../core/vm/knownHosts.ts';
import type { KnownHostsQuestion } from '../../core/vm/knownHostsCommand.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import type { SshRoute } from '../../core/vm/resolveSshRoute.ts';
import type { SshAlgorithmChoice } from '../../core/vm/sshAlgorithms.ts';
import { isCertificateType, parseSshCertificate } from '../../core/vm/sshCertificate.ts';
import { hostKeyAlgorithmsFor } from './hostKeyAlgorithms.ts';
import { hostKeyChanged, hostKeyRevoked, type ShownKey } from './hostKeyErrors.ts';
import { judgeHostCertificate } from './judgeHostCertificate.ts';
import { expandHome } from './keyFiles.ts';
import { fingerprintOf, keyTypeOf } from './publicKeyBlobs.ts';
import { refuseRevoked } from './refuseRevoked.ts';
import { isAllowedSignature } from './sshSignatures.ts';

export interface KnownHostsFiles {
  /** Read, and written to. */
  readonly user: string;
  /** Read after it. */
  readonly others: readonly string[];
}

const SYSTEM_FILES = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/** The files that ssh reads by default (ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile). */
export function defaultKnownHostsFiles(): KnownHostsFiles {
  const folder = join(homedir(), '.ssh');
  return {
    user: join(folder, 'known_hosts'),
    others: [join(folder, 'known_hosts2'), ...SYSTEM_FILES],
  };
}

export interface HostKeyCheck {
  /** For the key exchange: algorithms whose keys are known come first. */
  readonly algorithms: readonly string[];
  /** To ask for before them: those of host certificates, where known_hosts names an authority for the host. One of the two holds some. */
  readonly certificateAlgorithms?: readonly string[];
  /** `key`: a plain key or a certificate. Resolves where it may be trusted; rejects with `ConnectionError` where not. */
  verify(key: Buffer): Promise<void>;
}

/** The files of a route: those that the SSH config names, else the given ones (`UserKnownHostsFile`, `GlobalKnownHostsFile`). */
export function knownHostsFilesOf(
  route: Pick<SshRoute, 'userKnownHostsFiles' | 'globalKnownHostsFiles'>,
  usual: KnownHostsFiles,
): KnownHostsFiles {
  // "none": nothing is known there, and nothing is remembered.
  const [user, ...moreOfUser] =
    route.userKnownHostsFiles?.map((file) => (file.toLowerCase() === 'none' ? devNull : expandHome(file))) ?? [];
  const ofSystem = route.globalKnownHostsFiles?.filter((file) => file !== 'none').map(expandHome);
  if (user === undefined && ofSystem === undefined) return usual;
  return {
    user: user ?? usual.user,
    others: [
      ...(user === undefined ? usual.others : moreOfUser),
      ...(ofSystem ?? (user === undefined ? [] : SYSTEM_FILES)),
    ],
  };
}

export interface HostToVerify {
  readonly host: string;
  readonly port: number;
  /** `HostKeyAlias`: the name to look for instead, without a port. */
  readonly alias?: string;
}

export interface HostKeyPolicy {
  readonly decide: HostKeyDecision;
  /** `StrictHostKeyChecking`: what happens to unknown keys. Changed and revoked ones are refused in any case. */
  readonly strict: 'ask' | 'yes' | 'accept-new';
  /** `HashKnownHosts` */
  readonly hashNames: boolean;
  /** `RevokedHostKeys`: files whose keys are refused; may begin with `~/`. */
  readonly revokedKeyFiles?: readonly string[];
  /** `KnownHostsCommand`: told beside the files. Rejects with `ConnectionError`. */
  readonly ask?: (question: KnownHostsQuestion) => Promise<readonly KnownHostsEntry[]>;
  readonly algorithms?: SshAlgorithmChoice;
}

/** Reads the files once and checks the keys that one server shows, as OpenSSH does: before any authentication. */
export async function fileHostKeys(
  target: HostToVerify,
  files: KnownHostsFiles,
  policy: HostKeyPolicy,
): Promise<HostKeyCheck> {
  const address = formatHostPort(target.host, target.port, 22);
  const [refuseListed, ...texts] = await Promise.all([
    refuseRevoked(policy.revokedKeyFiles ?? [], address),
    ...[files.user, ...files.others].map(readEntries),
  ]);
  const ofFiles = texts.flat();
  const host = target.alias ?? target.host;
  const port = target.alias === undefined ? target.port : 22;
  const { HostKeyAlgorithms: specification } = policy.algorithms ?? {};
  const told = (await policy.ask?.({ reason: 'ORDER', name: knownHostsName(host, port) })) ?? [];
  const ahead = [...ofFiles, ...told];
  const knownTypes = knownKeyTypes(ahead, host, port, hmacSha1);
  const offered = hostKeyAlgorithmsFor(knownTypes, specification);
  let trusted: string | undefined;
  const judgePlain = async (
    key: Uint8Array,
    entries: readonly KnownHostsEntry[],
    certificateProblem: string | undefined,
  ): Promise<void> => {
    const keyBase64 = Buffer.from(key).toString('base64');
    const keyType = keyTypeOf(key);
    const verdict = judgeHostKey(
      entries,
      { host, port, keyType, keyBase64, acceptedKeyTypes: offered.keyTypes },
      hmacSha1,
    );
    const certificateNote = certificateProblem === undefined ? '' : ` Its certificate ${certificateProblem}.`;
    const where = { address, keyType, fingerprint: fingerprintOf(key), certificateNote };
    if (verdict.kind === 'changed') throw hostKeyChanged(where, verdict.place, verdict.knownKeyBase64);
    if (verdict.kind === 'revoked') {
      throw hostKeyRevoked(where, 'a host key', `${verdict.place.file}:${verdict.place.line}`);
    }
    if (verdict.kind === 'known') return;
    const { certAuthority } = verdict;
    const note =
      certAuthority === undefined || certificateProblem !== undefined
        ? certificateNote
        : ` ${certAuthority.file}:${certAuthority.line} trusts the host by certificate, and it showed none.`;
    const shown = { host, port, keyType, keyBase64, ...(note === '' ? {} : { certificateNote: note.trim() }) };
    await judgeUnknown({ ...where, certificateNote: note }, shown, files.user, policy);
  };
  const verify = async (key: Buffer): Promise<void> => {
    const keyBase64 = key.toString('base64');
    // Later key exchanges of the same connection show the key again.
    if (keyBase64 === trusted) return;
    refuseListed(key);
    const entries = [...ofFiles, ...(await toldAbout(key, host, port, policy))];
    if (isCertificateType(keyTypeOf(key))) {
      const verdict = judgeHostCertificate(key, {
        address,
        entries,
        host,
        port,
        hmacSha1,
        nowMs: Date.now(),
        isAllowedSignature: (algorithm) => isAllowedSignature(algorithm, policy.algorithms),
      });
      if (!verdict.vouches) await judgePlain(verdict.key, entries, verdict.problem);
    } else {
      await judgePlain(key, entries, undefined);
    }
    trusted = keyBase64;
  };
  const isAskedForCertificate = offered.algorithms.length === 0 || hasHostAuthority(ahead, host, port, hmacSha1);
  return {
    algorithms: offered.algorithms,
    certificateAlgorithms: isAskedForCertificate ? offered.certificateAlgorithms : [],
    verify,
  };
}

/** What `KnownHostsCommand` says about a key or a certificate. */
async function toldAbout(
  shown: Buffer,
  host: string,
  port: number,
  { ask }: HostKeyPolicy,
): Promise<readonly KnownHostsEntry[]> {
  if (ask === undefined) return [];
  const type = keyTypeOf(shown);
  const parsed = isCertificateType(type) ? parseSshCertificate(shown) : undefined;
  const fingerprint = fingerprintOf(parsed?.ok === true ? parsed.certificate.key : shown);
  const key = { type, base64: shown.toString('base64'), fingerprint };
  return await ask({ reason: 'HOSTNAME', name: knownHostsName(host, port), key });
}

async function judgeUnknown(
  { address, keyType, fingerprint, certificateNote }: ShownKey,
  key: Pick<UnknownHostKey, 'host' | 'port' | 'keyType' | 'certificateNote'> & { readonly keyBase64: string },
  knownHostsFile: string,
  policy: HostKeyPolicy,
): Promise<void> {
  if (policy.strict === 'yes') {
    throw new ConnectionError(
      'hostKeyRefused',
      `The host key of ${address} is not known: ${fingerprint} (${keyType}), and the SSH config says StrictHostKeyChecking yes.${certificateNote}`,
      { remedy: `Compare the fingerprint with the VM's, add the key to ${knownHostsFile}, then retry.` },
    );
  }
  const decision =
    policy.strict === 'accept-new'
      ? 'trustAndRemember'
      : await policy.decide({
          host: key.host,
          port: key.port,
          keyType,
          fingerprint,
          knownHostsFile,
          ...(key.certificateNote === undefined ? {} : { certificateNote: key.certificateNote }),
        });
  if (decision !== 'trustAndRemember') {
    throw new ConnectionError(
      'hostKeyRefused',
      `The host key of ${address} was not trusted: ${fingerprint} (${keyType}).${certificateNote}`,
      { remedy: 'Compare the fingerprint with the one that "ssh-keygen -lf" prints on the VM, then retry.' },
    );
  }
  const line = knownHostsLine(key.host, key.port, keyType, key.keyBase64, policy.hashNames ? hashName : undefined);
  await remember(knownHostsFile, line);
}

function hashName(name: string): string {
  const salt = randomBytes(20).toString('base64');
  return `|1|${salt}|${hmacSha1(salt, name)}`;
}

const hmacSha1: HmacSha1 = (keyBase64, text) =>
  createHmac('sha1', Buffer.from(keyBase64, 'base64')).update(text).digest('base64');

async function readEntries(file: string): Promise<readonly KnownHostsEntry[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (isMissing(error)) return [];
    // A file that cannot be read might hold the very line that says "changed" or "revoked".
    throw new ConnectionError('other', `The known hosts in ${file} could not be read.`, {
      remedy: 'Make the file readable for you, then retry.',
      cause: error,
    });
  }
}

// One write in append mode, so that two editors that remember at once cannot mix their lines.
async function remember(file: string, line: string): Promise<void> {
  if (file === devNull) return;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const last =
        size === 0 ? undefined : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString('latin1');
      await handle.appendFile(last === undefined || last === '\n' ? line : `\n${line}`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new ConnectionError('hostKeyRefused', `The host key could not be remembered in ${file}.`, {
      remedy: 'Make the file writable for you, then retry.',
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

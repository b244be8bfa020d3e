import { createHash, createHmac } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { HostKeyDecision } from '../../application/ports/MachineConnector.ts';
import {
  type HmacSha1,
  judgeHostKey,
  type KnownHostsEntry,
  knownHostsLine,
  knownKeyTypes,
  parseKnownHosts,
} from '../../core/vm/knownHosts.ts';
import { formatHostPort } from '../../core/vm/parseSshTarget.ts';
import { hostKeyAlgorithmsFor, SUPPORTED_HOST_KEY_TYPES } from './hostKeyAlgorithms.ts';

export interface KnownHostsFiles {
  /** Read, and written to. */
  readonly user: string;
  /** Read after it. */
  readonly others: readonly string[];
}

/** The files that ssh reads by default (ssh_config(5), UserKnownHostsFile and GlobalKnownHostsFile). */
export function defaultKnownHostsFiles(): KnownHostsFiles {
  const folder = join(homedir(), '.ssh');
  return {
    user: join(folder, 'known_hosts'),
    others: [join(folder, 'known_hosts2'), '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
  };
}

export interface HostKeyCheck {
  /** For the key exchange: algorithms whose keys are known come first. */
  readonly algorithms: readonly string[];
  /** Resolves where the key may be trusted; rejects with `ConnectionError` where not. */
  verify(key: Buffer): Promise<void>;
}

/** Reads the files once and checks the keys that one server shows, as OpenSSH does: before any authentication. */
export async function fileHostKeys(
  host: string,
  port: number,
  files: KnownHostsFiles,
  decide: HostKeyDecision,
): Promise<HostKeyCheck> {
  const texts = await Promise.all([files.user, ...files.others].map(readEntries));
  const entries = texts.flat();
  let trusted: string | undefined;
  const verify = async (key: Buffer): Promise<void> => {
    const keyBase64 = key.toString('base64');
    // Later key exchanges of the same connection show the key again.
    if (keyBase64 === trusted) return;
    const keyType = keyTypeOf(key);
    const verdict = judgeHostKey(
      entries,
      { host, port, keyType, keyBase64, acceptedKeyTypes: SUPPORTED_HOST_KEY_TYPES },
      hmacSha1,
    );
    const address = formatHostPort(host, port, 22);
    const fingerprint = fingerprintOf(key);
    if (verdict.kind === 'changed') {
      const { file, line } = verdict.place;
      throw new ConnectionError(
        'hostKeyChanged',
        `The host key of ${address} has changed: it showed ${fingerprint} (${keyType}), but ${file}:${line} knows ${fingerprintOf(
          Buffer.from(verdict.knownKeyBase64, 'base64'),
        )}. Somebody may be listening in, or the VM was made anew.`,
        { remedy: `Ask whoever runs the VM for its key; if it is right, remove line ${line} of ${file} and retry.` },
      );
    }
    if (verdict.kind === 'revoked') {
      const { file, line } = verdict.place;
      throw new ConnectionError(
        'hostKeyChanged',
        `${address} showed a host key that ${file}:${line} marks as revoked: ${fingerprint} (${keyType}).`,
        { remedy: 'Do not connect; give the VM a new host key and tell whoever runs it.' },
      );
    }
    if (verdict.kind === 'unknown') {
      const decision = await decide({ host, port, keyType, fingerprint, knownHostsFile: files.user });
      if (decision !== 'trustAndRemember') {
        throw new ConnectionError(
          'hostKeyRefused',
          `The host key of ${address} was not trusted: ${fingerprint} (${keyType}).`,
          {
            remedy: 'Compare the fingerprint with the one that "ssh-keygen -lf" prints on the VM, then retry.',
          },
        );
      }
      await remember(files.user, knownHostsLine(host, port, keyType, keyBase64));
    }
    trusted = keyBase64;
  };
  return { algorithms: hostKeyAlgorithmsFor(knownKeyTypes(entries, host, port, hmacSha1)), verify };
}

/** `SHA256:…` of a public key, as `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

const hmacSha1: HmacSha1 = (keyBase64, text) =>
  createHmac('sha1', Buffer.from(keyBase64, 'base64')).update(text).digest('base64');

/** The first field of a key: its type (RFC 4253, section 6.6). */
function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

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

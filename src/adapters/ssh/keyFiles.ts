import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { SshReader } from '../../core/vm/SshReader.ts';
import { isCertificateType } from '../../core/vm/sshCertificate.ts';
import { encryptedKeyPublicPart } from './encryptedKeyPublicPart.ts';

export type KeyFile =
  | { readonly kind: 'privateKey'; readonly text: string; readonly publicPart: Buffer }
  | { readonly kind: 'encrypted'; readonly text: string; readonly publicPart: Buffer | undefined }
  | { readonly kind: 'publicKey'; readonly publicPart: Buffer }
  | { readonly kind: 'missing' }
  /** `reason` follows the name of the file. */
  | { readonly kind: 'unusable'; readonly reason: string; readonly cause: unknown; readonly publicPart?: Buffer };

/** The keys that ssh tries by itself and that ssh2 can read. */
export function defaultKeyFiles(): readonly string[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(homedir(), '.ssh', name));
}

/** Reads what a file of an `IdentityFile` holds; `file` may begin with `~/`. */
export async function readKeyFile(file: string): Promise<KeyFile> {
  const path = expandHome(file);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    // As ssh does: a public key alone names the private key that the agent holds.
    const publicPart = await readPublicPart(`${path}.pub`);
    if (publicPart !== undefined) return { kind: 'publicKey', publicPart };
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'missing' };
    return { kind: 'unusable', reason: 'could not be read', cause };
  }
  if (isCertificateType(text.trim().split(/\s/, 1)[0] ?? '')) {
    return { kind: 'unusable', reason: 'is a certificate, not a private key', cause: undefined };
  }
  const shown = publicPartOf(text);
  if (shown !== undefined) return { kind: 'publicKey', publicPart: shown };
  const parsed = firstKey(ssh2.utils.parseKey(text));
  if (!(parsed instanceof Error)) {
    const publicPart = parsed.getPublicSSH();
    return parsed.isPrivateKey() ? { kind: 'privateKey', text, publicPart } : { kind: 'publicKey', publicPart };
  }
  const publicPart = encryptedKeyPublicPart(text);
  if (publicPart !== undefined && isOfSecurityKey(publicPart)) {
    return { kind: 'unusable', reason: 'is of a security key: add it with ssh-add', cause: parsed, publicPart };
  }
  if (!/encrypted/i.test(parsed.message)) {
    return { kind: 'unusable', reason: 'is not a private key that can be read', cause: parsed };
  }
  return { kind: 'encrypted', text, publicPart: publicPart ?? (await readPublicPart(`${path}.pub`)) };
}

/** Whether the passphrase opens the key. */
export function opensWith(encryptedKey: string, passphrase: string): boolean {
  return !(ssh2.utils.parseKey(encryptedKey, passphrase) instanceof Error);
}

/** `~` and `~/…` below the home folder of the person at this machine. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

async function readPublicPart(file: string): Promise<Buffer | undefined> {
  return publicPartOf(await readFile(file, 'utf8').catch(() => ''));
}

/** The key of a `.pub` file, also of a type that only an agent can sign with. */
function publicPartOf(text: string): Buffer | undefined {
  const [type, base64] = text.trim().split(/\s+/, 2);
  if (type === undefined || base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  return new SshReader(blob).text() === type && !isCertificateType(type) ? blob : undefined;
}

function isOfSecurityKey(publicPart: Uint8Array): boolean {
  return new SshReader(publicPart).text()?.startsWith('sk-') === true;
}

function firstKey(parsed: ParsedKey | Error | readonly ParsedKey[]): ParsedKey | Error {
  if (!Array.isArray(parsed)) return parsed as ParsedKey | Error;
  return (parsed as readonly ParsedKey[])[0] ?? new Error('The file holds no key.');
}

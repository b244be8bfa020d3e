import { createHash } from 'node:crypto';
import { SshReader } from '../../core/vm/SshReader.ts';

/** `SHA256:…` of a public key, as `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The first field of a key: its type (RFC 4253, section 6.6). */
export function keyTypeOf(key: Uint8Array): string {
  return new SshReader(key).text() ?? '';
}

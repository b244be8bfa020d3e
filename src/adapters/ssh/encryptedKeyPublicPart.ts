const MAGIC = 'openssh-key-v1\0';

/**
 * The public key inside an OpenSSH private key file, which is readable without the passphrase; `undefined` for other formats.
 * Format: PROTOCOL.key of OpenSSH: magic, cipher, kdf, kdf options, number of keys, public key, encrypted rest.
 */
export function encryptedKeyPublicPart(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  if (!bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC, 'latin1'))) return undefined;
  let offset = MAGIC.length;
  const next = (): Buffer | undefined => {
    if (offset + 4 > bytes.length) return undefined;
    const start = offset + 4;
    offset = start + bytes.readUInt32BE(offset);
    return offset > bytes.length ? undefined : bytes.subarray(start, offset);
  };
  for (let skipped = 0; skipped < 3; skipped += 1) if (next() === undefined) return undefined;
  offset += 4;
  return next();
}

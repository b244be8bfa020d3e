/** The SHA-256 of a file in a release's checksum file: lines as `sha256sum` prints them, or one digest alone. */
export function checksumOf(checksums: string, fileName: string): string | undefined {
  const lines = checksums.split(/\r?\n/).filter((line) => line.trim() !== '');
  for (const line of lines) {
    const [, digest, name] = /^\\?([0-9a-fA-F]{64})[ \t]+\*?(\S.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && name.replace(/^.*\//, '') === fileName) return digest?.toLowerCase();
  }
  const [only, ...others] = lines;
  const alone = others.length === 0 ? /^\s*([0-9a-fA-F]{64})\s*$/.exec(only ?? '')?.[1] : undefined;
  return alone?.toLowerCase();
}

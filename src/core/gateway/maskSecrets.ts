/**
 * `text` with what looks like a secret replaced by `***`: values of variables named like secrets, command line passwords, bearer
 * tokens, credentials in URLs, the known token shapes of providers, and every one of `known` (values of six characters or more).
 */
export function maskSecrets(text: string, known: Iterable<string> = []): string {
  let masked = text;
  for (const secret of known) if (secret.length >= 6) masked = masked.replaceAll(secret, mask);
  return shapes.reduce((result, [shape, replacement]) => result.replace(shape, replacement), masked);
}

/** Whether a variable of this name holds something that nobody but its owner should see. */
export function isSecretName(name: string): boolean {
  return /TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|_KEY$|_PAT$/i.test(name);
}

const mask = '***';
const secretWord = '(?:token|secret|password|passphrase|credential|api_?key|private_?key)';

const shapes: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(\\b[\\w-]*${secretWord}[\\w-]*["']?\\s*=\\s*)("[^"]*"|'[^']*'|[^\\s,;&"']+)`, 'gi'), `$1${mask}`],
  [new RegExp(`(["'][\\w-]*${secretWord}[\\w-]*["']\\s*:\\s*)("[^"]*"|'[^']*')`, 'gi'), `$1"${mask}"`],
  [new RegExp(`(--[\\w-]*${secretWord}[\\w-]*)(?:=|\\s+)[^\\s/-]\\S{5,}`, 'gi'), `$1 ${mask}`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${mask}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${mask}@`],
  [/\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g, mask],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[\w-]{30,})/g, mask],
  [/\b\d{8,10}:[A-Za-z0-9_-]{35}\b/g, mask],
];

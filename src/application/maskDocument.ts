import { isSecretName, maskSecrets } from '../core/gateway/maskSecrets.ts';

/**
 * An engine's JSON document without its secrets: values of variables and fields whose names say that they hold one, and everything that
 * looks like one. The shape stays.
 */
export function maskDocument(document: unknown): unknown {
  const known = new Set<string>();
  collect(document, known);
  return masked(document, known);
}

function collect(value: unknown, known: Set<string>): void {
  if (Array.isArray(value)) {
    for (const entry of value) {
      const [, name, secret] = typeof entry === 'string' ? (/^([A-Za-z_]\w*)=(.+)$/s.exec(entry) ?? []) : [];
      if (name !== undefined && secret !== undefined && isSecretName(name)) known.add(secret);
      else collect(entry, known);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, entry] of Object.entries(value)) {
      if (typeof entry === 'string' && entry !== '' && isSecretName(name)) known.add(entry);
      else collect(entry, known);
    }
  }
}

function masked(value: unknown, known: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return known.has(value) ? '***' : maskedText(value, known);
  if (Array.isArray(value)) return value.map((entry) => masked(entry, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, masked(entry, known)]));
}

/** Short secrets are found only where a variable is set to them: elsewhere they would take ordinary words with them. */
function maskedText(text: string, known: ReadonlySet<string>): string {
  const [, name] = /^([A-Za-z_]\w*)=/.exec(text) ?? [];
  if (name !== undefined && isSecretName(name)) return `${name}=***`;
  return maskSecrets(text, known);
}

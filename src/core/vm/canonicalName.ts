/** What an SSH config says about whole names for short ones (ssh_config(5), CanonicalizeHostname). */
export type CanonicalName =
  /** The name is taken as it is. */
  | { readonly kind: 'same' }
  | { readonly kind: 'found'; readonly host: string }
  /** It is not known yet whether this name, with a dot at its end, has an address. */
  | { readonly kind: 'awaited'; readonly name: string }
  /** None of the names has an address, and the config does not allow the short one. */
  | { readonly kind: 'missing' };

/**
 * Looks for the whole name of a host. `values` gives a directive's words by its name in small letters; `isIndirect`: the way there is a
 * jump host or a proxy command; `resolved`: whether names have an address, as far as that is known.
 */
export function canonicalName(
  host: string,
  values: (name: string) => readonly string[] | undefined,
  isIndirect: boolean,
  resolved: ReadonlyMap<string, boolean> | undefined,
): CanonicalName {
  const word = (name: string): string | undefined => values(name)?.join(' ').toLowerCase();
  const mode = word('canonicalizehostname');
  if (!isCanonicalized(mode) || (isIndirect && mode !== 'always') || isAddress(host)) return { kind: 'same' };
  const dots = host.split('.').length - 1;
  const isWhole = host.endsWith('.');
  if (!isWhole && dots > maxDots(word('canonicalizemaxdots'))) return { kind: 'same' };
  for (const name of isWhole ? [host] : wholeNames(host, values('canonicaldomains') ?? [])) {
    const isFound = resolved?.get(name);
    if (isFound === undefined) return { kind: 'awaited', name };
    if (isFound) return { kind: 'found', host: name.slice(0, -1) };
  }
  return /^(?:no|false)$/.test(word('canonicalizefallbacklocal') ?? '') ? { kind: 'missing' } : { kind: 'same' };
}

/** Whether the value of `CanonicalizeHostname` asks for whole names, and so for a second reading. */
export function isCanonicalized(mode: string | undefined): boolean {
  return mode !== undefined && !/^(?:no|false|none)$/i.test(mode);
}

const USUAL_MAX_DOTS = 1;

function maxDots(value: string | undefined): number {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : USUAL_MAX_DOTS;
}

function wholeNames(host: string, domains: readonly string[]): readonly string[] {
  const end = domains.findIndex((domain) => domain.toLowerCase() === 'none');
  return domains.slice(0, end < 0 ? domains.length : end).map((domain) => `${host}.${domain}.`.toLowerCase());
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

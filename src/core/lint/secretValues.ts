import type { TextRange } from '../text/TextRange.ts';

/** A value in a text that is a secret by its shape. `what` says whose, never the value. */
export interface SecretValue {
  readonly what: string;
  readonly range: TextRange;
}

/** Shapes of tokens as their issuers document them. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/\bsk-ant-[\w-]{24,}/g, 'an Anthropic API key'],
  [/\bsk-or-v1-[0-9a-f]{40,}/g, 'an OpenRouter API key'],
  [/\bsk-(?!ant-|or-v1-)(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}/g, 'an API key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}/g, 'a GitHub token'],
  [/\bgithub_pat_\w{50,}/g, 'a GitHub token'],
  [/\bglpat-[\w-]{20,}/g, 'a GitLab token'],
  [/\bnpm_[A-Za-z0-9]{36}\b/g, 'an npm token'],
  [/\bxox[abprs]-\d[A-Za-z0-9-]{20,}/g, 'a Slack token'],
  [/\bxapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{40,}/g, 'a Slack token'],
  [/\bAIza[\w-]{35}(?![\w-])/g, 'a Google API key'],
  [/\bAKIA[0-9A-Z]{16}\b/g, 'an AWS access key'],
  [/\bhf_[A-Za-z0-9]{34}\b/g, 'a Hugging Face token'],
  [/\bgsk_[A-Za-z0-9]{48,}/g, 'a Groq API key'],
  [/\b[sr]k_live_[A-Za-z0-9]{20,}/g, 'a Stripe key'],
  [/\bSG\.[\w-]{20,}\.[\w-]{40,}/g, 'a SendGrid key'],
  [/\bdop_v1_[a-f0-9]{64}\b/g, 'a DigitalOcean token'],
  [/\btskey-auth-[A-Za-z0-9]+-[A-Za-z0-9]{20,}/g, 'a Tailscale key'],
  [/(?<![\w:])\d{8,10}:AA[A-Za-z0-9_-]{33}(?![\w-])/g, 'a Telegram bot token'],
  [/(?<![\w.])[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/g, 'a Discord bot token'],
  [/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?=[\s\\n]*[A-Za-z0-9+/]{20})/g, 'a private key'],
];

/** In every text that holds one of them; one pass instead of twenty over the many texts that hold none. */
const hint =
  /sk-|gh[pousr]_|github_pat_|glpat-|npm_|xox[abprs]-|xapp-|AIza|AKIA|hf_|gsk_|k_live_|SG\.|dop_v1_|tskey-|:AA|[MNO][A-Za-z\d]{23}|PRIVATE KEY-/;

const secretName =
  /TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|AUTH_?KEY|ENCRYPTION_?KEY|CREDENTIAL/i;
const placeholder =
  /example|your|x{4,}|placeholder|dummy|change|replace|insert|sample|fake|secret[-_]?(?:here|key)|todo|redacted|\.{3}|0{6,}|123456|abcdef|deadbeef|<|\*{3}|_here\b|test[-_]?(?:key|token)/i;

/** One look at a whole file: `false` where neither function below finds anything in any part of it. */
export function mayHoldSecrets(text: string): boolean {
  return hint.test(text) || secretName.test(text);
}

/** Tokens of known shapes in a text, placeholders left out. */
export function secretValues(text: string): readonly SecretValue[] {
  const found: SecretValue[] = [];
  if (!hint.test(text)) return found;
  for (const [shape, what] of shapes) {
    for (const match of text.matchAll(shape)) {
      const [value] = match;
      const isKey = value.startsWith('-----');
      if (!isKey && (placeholder.test(value) || !isRandom(value))) continue;
      found.push({ what, range: { start: match.index, end: match.index + value.length } });
    }
  }
  return found.sort((a, b) => a.range.start - b.range.start);
}

/** Meant to be seen, or the name of something about a secret. */
const publicName =
  /PUBLIC|PUBLISHABLE|^(?:VITE|REACT_APP|GATSBY|NUXT_PUBLIC|EXPO)_|GPG|PGP|FINGERPRINT|SHA\d|CHECKSUM|_(?:FILE|PATH|DIR|URL|URI|ID|NAME|VERSION|TTL|EXPIRY|LIMIT|LENGTH|BACKEND|TYPE)S?$|ANON|MAX_|_TOKENS$|TOKENIZ/i;

/** A variable of a secret's name that holds a real value: random, not empty, no placeholder, no reference to another variable. */
export function isSecretAssignment(name: string, value: string): boolean {
  if (!secretName.test(name) || publicName.test(name)) return false;
  if (value.length < 16 || /\$[A-Za-z_{(]|\s/.test(value) || placeholder.test(value)) return false;
  if (/^(?:[/~.]|https?:)/.test(value)) return false;
  return isRandom(value);
}

/** Letters and digits mixed, and hardly anything twice. Words that people choose are neither. */
function isRandom(value: string): boolean {
  const distinct = new Set(value).size;
  return (
    distinct >= 10 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/^[a-z]+(?:[-_][a-z]+)*[-_]?\d{0,4}$/i.test(value)
  );
}

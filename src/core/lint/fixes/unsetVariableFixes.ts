import type { TextRange } from '../../text/TextRange.ts';
import type { Fix } from '../Problem.ts';

/** What the gateway's own compose file falls back to. */
const upstreamDefaults: Readonly<Record<string, string>> = {
  OPENCLAW_GATEWAY_PORT: '18789',
  OPENCLAW_BRIDGE_PORT: '18790',
  OPENCLAW_IMAGE: 'openclaw:local',
};

/** Compose stops with a sentence where the variable is not set; for some a default is known too. */
export function unsetVariableFixes(path: string, text: string, range: TextRange, name: string): readonly Fix[] {
  const whole = quoteEdit(text, range);
  if (whole === undefined) return [];
  const fix = (title: string, reference: string): Fix => ({
    title,
    edits: [{ path, edits: [{ range, newText: reference }] }],
  });
  const known = Object.hasOwn(upstreamDefaults, name) ? upstreamDefaults[name] : undefined;
  const stop = fix(`Stop with a sentence when ${name} is not set`, `\${${name}:?set it in .env}`);
  return known === undefined ? [stop] : [fix(`Fall back to ${known}`, `\${${name}:-${known}}`), stop];
}

/** Between the brackets of a list on one line braces need quotes around them; there is none to add safely. */
function quoteEdit(text: string, range: TextRange): TextRange | undefined {
  const line = text.slice(text.lastIndexOf('\n', range.start - 1) + 1, range.start);
  const plain = line.replace(/"[^"]*"|'[^']*'/g, '');
  const isQuoted = /["']/.test(plain);
  return isQuoted || !/[[{]/.test(plain.replace(/\$\{/g, '')) ? range : undefined;
}

/** An `.env` text made from a template, and the names of the variables that got a fresh value. */
export interface FilledEnvFile {
  readonly text: string;
  readonly generated: readonly string[];
}

/**
 * The `.env` for a template: the gateway's token, and the keyring's password where the template names one, get `randomHex(32)` when
 * they are empty or a placeholder; a template without a token gets one at its end. Everything else stays as it is.
 */
export function fillEnvTemplate(template: string, randomHex: (byteCount: number) => string): FilledEnvFile {
  const generated: string[] = [];
  const lineEnd = template.includes('\r\n') ? '\r\n' : '\n';
  const lines = template.split(/\r?\n/).map((line) => {
    const assignment = parseAssignment(line);
    if (assignment === undefined || !isGenerated(assignment.name) || !isPlaceholder(assignment.value)) return line;
    generated.push(assignment.name);
    return `${assignment.name}=${randomHex(randomByteCount)}`;
  });
  const hasToken = lines.some((line) => gatewayTokens.has(parseAssignment(line)?.name ?? ''));
  if (!hasToken) {
    if (lines.at(-1) === '') lines.pop();
    lines.push(`${gatewayToken}=${randomHex(randomByteCount)}`, '');
    generated.push(gatewayToken);
  }
  return { text: lines.join(lineEnd), generated };
}

/** Names of the secrets in an `.env` text that are empty, or a placeholder that anybody can read in the documentation. */
export function placeholderVariables(text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const assignment = parseAssignment(line);
    return assignment !== undefined && isGenerated(assignment.name) && isPlaceholder(assignment.value)
      ? [assignment.name]
      : [];
  });
}

/** Whether a value is one that nobody chose: empty, `change-me`, `<token>`, `your-token-here`, the words undefined or null. */
export function isPlaceholder(value: string): boolean {
  return /^(?:|undefined|null|none|todo|secret|token|password|changeme|change[-_ ]?me.*|change[-_ ]?this.*|replace.*|your[-_ ].*|<.*>|\$\{?.*|x{3,}|\.{3}|\u2026|example.*|.*[-_]here|openclaw|dummy.*|test)$/i.test(
    value.trim(),
  );
}

const randomByteCount = 32;
const gatewayToken = 'OPENCLAW_GATEWAY_TOKEN';
const gatewayTokens: ReadonlySet<string> = new Set([gatewayToken, 'MOLTBOT_GATEWAY_TOKEN', 'CLAWDBOT_GATEWAY_TOKEN']);

function isGenerated(name: string): boolean {
  return gatewayTokens.has(name) || name === 'GOG_KEYRING_PASSWORD';
}

function parseAssignment(line: string): { readonly name: string; readonly value: string } | undefined {
  const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:#.*)?$/.exec(line);
  if (match === null) return undefined;
  return { name: match[1] ?? '', value: match[2] ?? match[3] ?? match[4] ?? '' };
}

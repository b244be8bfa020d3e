/** Variables of a `.env` file (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/). */
export function readEnvFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match === null) continue;
    const [, name = '', raw = ''] = match;
    const quoted = /^(["'])(.*?)\1/.exec(raw);
    variables.set(name, quoted === null ? raw.replace(/\s+#.*$/, '') : (quoted[2] ?? ''));
  }
  return variables;
}

/** A context of the docker CLI, as its meta.json tells it. */
export interface DockerContext {
  readonly name: string;
  /** In the words of whoever made it; empty for none. */
  readonly description: string;
  /** The engine's address; empty means the standard socket. */
  readonly host: string;
  /** The engine's certificate is not to be checked. */
  readonly skipTlsVerify: boolean;
}

export type ParsedDockerContext =
  | { readonly ok: true; readonly context: DockerContext }
  /** Follows the file's name in a sentence: `… is not JSON`. */
  | { readonly ok: false; readonly reason: string };

/** Reads a `contexts/meta/<sha256 of the name>/meta.json` (docker/cli, cli/context/store). */
export function parseDockerContext(text: string): ParsedDockerContext {
  if (text.trim() === '') return refuse('is empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('is not whole, or not JSON');
  }
  const fields = record(value);
  const name = fields?.['Name'];
  if (typeof name !== 'string' || name === '') return refuse('names no context');
  const nameProblem = contextNameProblem(name);
  if (nameProblem !== undefined) return refuse(`names a context that cannot be: ${nameProblem}`);
  const endpoint = record(record(fields?.['Endpoints'])?.['docker']);
  if (endpoint === undefined) return refuse(`has no endpoint of a Docker Engine (context "${name}")`);
  const host = endpoint['Host'] ?? '';
  if (typeof host !== 'string') return refuse(`has an address that is no text (context "${name}")`);
  const description = record(fields?.['Metadata'])?.['Description'];
  return {
    ok: true,
    context: {
      name,
      description: typeof description === 'string' ? description : '',
      host,
      skipTlsVerify: endpoint['SkipTLSVerify'] === true,
    },
  };
}

/** Why the text cannot name a context, or `undefined` where it can; the docker CLI has the same rule. */
export function contextNameProblem(name: string): string | undefined {
  if (name === '') return 'The name of the Docker context is missing.';
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name)) return undefined;
  return `"${name}" is no name of a Docker context: it has at least two letters, digits, "_", ".", "+" and "-", the first a letter or digit.`;
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function refuse(reason: string): ParsedDockerContext {
  return { ok: false, reason };
}

import type { WebAnswer } from '../ports/WebReader.ts';
import type { UpdateSources } from './checkForUpdate.ts';

/** A popular package has thousands of versions. */
const maxBytes = 30_000_000;

const systems = { npm: 'npm', go: 'go', uv: 'pypi', pip: 'pypi' } as const;

/** The version that is installed without asking for one: https://docs.deps.dev/api/v3/#getpackage */
export async function newestPackageVersion(
  kind: keyof typeof systems,
  name: string,
  { web, packagesApiUrl }: UpdateSources,
  signal: AbortSignal | undefined,
): Promise<string | Exclude<WebAnswer, { kind: 'text' }>> {
  const wanted = encodeURIComponent(kind === 'go' ? moduleOf(name) : name);
  const address = `${packagesApiUrl}/v3/systems/${systems[kind]}/packages/${wanted}`;
  const answer = await web.read(address, { maxBytes, ...(signal && { signal }) });
  if (answer.kind !== 'text') return answer;
  return defaultVersion(answer.text) ?? { kind: 'failed', reason: `its answer names no version of ${name}` };
}

/** The module of a command's path: on the big hosts owner and repository, and the major version after them. */
function moduleOf(command: string): string {
  return /^(?:github\.com|gitlab\.com|bitbucket\.org)\/[^/]+\/[^/]+(?:\/v\d+(?=\/|$))?/.exec(command)?.[0] ?? command;
}

function defaultVersion(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const versions = (value as { versions?: unknown } | null)?.versions;
  if (!Array.isArray(versions)) return undefined;
  for (const entry of versions as readonly ({ isDefault?: unknown; versionKey?: { version?: unknown } } | null)[]) {
    if (entry?.isDefault !== true || typeof entry.versionKey?.version !== 'string') continue;
    const version = entry.versionKey.version.replace(/^v(?=\d)/, '');
    // It goes into a shell command: nothing but a version may pass.
    return /^\d[A-Za-z0-9._+-]*$/.test(version) ? version : undefined;
  }
  return undefined;
}

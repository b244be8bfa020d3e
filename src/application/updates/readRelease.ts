import type { WebAnswer } from '../ports/WebReader.ts';
import type { UpdateSources } from './checkForUpdate.ts';

/** The newest release of a repository, as the person who published it marked it. */
export interface Release {
  readonly tag: string;
  /** By file name. */
  readonly assets: ReadonlyMap<string, { readonly url: string; readonly sha256: string | undefined }>;
}

const maxBytes = 5_000_000;

/** https://docs.github.com/en/rest/releases/releases#get-the-latest-release: no drafts and no pre-releases. */
export async function readRelease(
  repository: string,
  { web, githubApiUrl }: UpdateSources,
  signal: AbortSignal | undefined,
): Promise<Release | Exclude<WebAnswer, { kind: 'text' }>> {
  const address = `${githubApiUrl}/repos/${repository}/releases/latest`;
  const answer = await web.read(address, { maxBytes, ...(signal && { signal }) });
  if (answer.kind !== 'text') return answer;
  return parse(answer.text) ?? { kind: 'failed', reason: 'its answer is not a release' };
}

function parse(text: string): Release | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value['tag_name'] !== 'string' || !Array.isArray(value['assets'])) return undefined;
  const assets = new Map<string, { url: string; sha256: string | undefined }>();
  for (const asset of value['assets'] as readonly unknown[]) {
    if (!isRecord(asset)) continue;
    const { name, browser_download_url: url, digest } = asset;
    if (typeof name !== 'string' || typeof url !== 'string') continue;
    const sha256 = typeof digest === 'string' ? /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1] : undefined;
    assets.set(name, { url, sha256 });
  }
  return { tag: value['tag_name'], assets };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

import type { IncomingMessage } from 'node:http';
// Not `node:https`: the editor gives extensions a module of its own under this name only, one that uses the person's proxy settings and
// the system's certificates.
// biome-ignore lint/style/useNodejsImportProtocol: see above.
import https from 'https';
import type { WebAnswer, WebReader, WebReadOptions } from '../../application/ports/WebReader.ts';

const maxRedirects = 5;
const defaultTimeoutMs = 20_000;

/** Reads over HTTPS alone; a redirect to anything else is refused. */
export class HttpsReader implements WebReader {
  readonly #timeoutMs: number;

  constructor({ timeoutMs = defaultTimeoutMs }: { readonly timeoutMs?: number } = {}) {
    this.#timeoutMs = timeoutMs;
  }

  async read(address: string, { maxBytes, signal }: WebReadOptions): Promise<WebAnswer> {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      let url = new URL(address);
      for (let hop = 0; hop <= maxRedirects; hop++) {
        if (url.protocol !== 'https:') return failed(`${url.host} would have to be asked without encryption`);
        const response = await get(url, stop);
        const location = redirectOf(response);
        if (location === undefined) return await answerOf(response, maxBytes);
        response.destroy();
        url = new URL(location, url);
      }
      return failed('it redirects again and again');
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) return failed(`it did not answer within ${Math.round(this.#timeoutMs / 1000)} seconds`);
      return failed(explain(error, address));
    }
  }
}

function failed(reason: string): WebAnswer {
  return { kind: 'failed', reason };
}

function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'User-Agent': 'openclaw-docker-vm', Accept: 'application/json, text/plain, */*' };
    const request = https.get(url, { headers, signal }, resolve);
    request.on('error', reject);
  });
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return statusCode >= 300 && statusCode < 400 ? headers.location : undefined;
}

async function answerOf(response: IncomingMessage, maxBytes: number): Promise<WebAnswer> {
  const { statusCode = 0 } = response;
  if (statusCode === 200) return readText(response, maxBytes);
  response.destroy();
  if (statusCode === 404 || statusCode === 410) return { kind: 'notFound' };
  if (isRateLimit(response)) return rateLimit(response);
  return failed(`it answered ${statusCode} ${response.statusMessage ?? ''}`.trim());
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<WebAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      response.destroy();
      return failed(`its answer is larger than ${Math.ceil(maxBytes / 1_000_000)} MB`);
    }
    chunks.push(chunk);
  }
  return { kind: 'text', text: Buffer.concat(chunks).toString('utf8') };
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: 403 or 429, and when it ends. */
function isRateLimit({ statusCode, headers }: IncomingMessage): boolean {
  if (statusCode === 429) return true;
  return statusCode === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined);
}

function rateLimit({ headers }: IncomingMessage): WebAnswer {
  const retryAfterSeconds = Number(headers['retry-after']);
  const resetUnixSeconds = Number(headers['x-ratelimit-reset']);
  if (retryAfterSeconds > 0) return { kind: 'rateLimited', untilUnixMs: Date.now() + retryAfterSeconds * 1000 };
  if (resetUnixSeconds > 0) return { kind: 'rateLimited', untilUnixMs: resetUnixSeconds * 1000 };
  return { kind: 'rateLimited' };
}

const knownErrors: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: this machine may be offline',
  EAI_AGAIN: 'its name cannot be looked up: this machine may be offline',
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'the connection broke off',
  ENETUNREACH: 'there is no way to it: this machine may be offline',
  EHOSTUNREACH: 'there is no way to it: this machine may be offline',
  ETIMEDOUT: 'it does not answer',
  ERR_INVALID_URL: 'its address is not one',
};

function explain(error: unknown, address: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = knownErrors[code];
  if (known !== undefined) return code === 'ERR_INVALID_URL' ? `"${address}" is not an address` : known;
  if (/CERT|SSL|TLS|VERIFY/.test(code)) return `its certificate is not trusted (${code})`;
  return error instanceof Error ? error.message : String(error);
}

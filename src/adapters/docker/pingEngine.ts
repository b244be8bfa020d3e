import { type Agent, request } from 'node:http';
import type { EngineTransport } from './EngineTransport.ts';
import { ENGINE_SOCKET_PATH } from './engineAgent.ts';

/** The newest API version that this client was written for; older engines get their own. */
const NEWEST_API_VERSION = '1.47';
/** Docker 20.10. */
const OLDEST_API_VERSION = '1.41';

export type EngineGreeting =
  | { readonly ok: true; readonly apiVersion: string }
  /** What answered instead of a usable engine; follows its name in a sentence. */
  | { readonly ok: false; readonly reason: string };

/** A server that speaks TLS only was asked in plain HTTP; see {@link pingEngine}. */
export const HTTPS_EXPECTED = 'ERR_HTTPS_EXPECTED';

/**
 * Asks who is there (`GET /_ping` below `basePath`) and settles the API version. Rejects where nothing answers, and with the code
 * {@link HTTPS_EXPECTED} where the answer is that TLS is wanted.
 */
export function pingEngine(
  agent: Agent,
  signal: AbortSignal,
  { basePath = '', headers = {} }: Pick<EngineTransport, 'basePath' | 'headers'> = {},
): Promise<EngineGreeting> {
  return new Promise((resolve, reject) => {
    const path = `${basePath}/_ping`;
    const ping = request({ agent, socketPath: ENGINE_SOCKET_PATH, path, headers, signal }, (response) => {
      const version = response.headers['api-version'];
      let body = '';
      response.on('data', (chunk: Buffer) => {
        if (body.length < MAX_BODY_LENGTH) body += chunk.toString('latin1');
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 400 && saysHttpsExpected(body))
          reject(Object.assign(new Error(body.trim()), { code: HTTPS_EXPECTED }));
        else resolve(settleVersion(response.statusCode ?? 0, version));
      });
    });
    ping.once('error', reject);
    ping.end();
  });
}

const MAX_BODY_LENGTH = 2000;

/** In the words of Go (Docker, Traefik, Caddy), nginx and Apache. */
function saysHttpsExpected(body: string): boolean {
  return /HTTP request (?:was sent )?to an? HTTPS|plain HTTP request was sent to HTTPS|speaking plain HTTP to an SSL/i.test(
    body,
  );
}

export function settleVersion(status: number, version: string | readonly string[] | undefined): EngineGreeting {
  if (typeof version !== 'string' || !/^\d+\.\d+$/.test(version)) {
    return { ok: false, reason: `does not answer as a Docker Engine does (HTTP ${status})` };
  }
  if (status !== 200) return { ok: false, reason: `answers with HTTP ${status}` };
  if (compareVersions(version, OLDEST_API_VERSION) < 0) {
    return {
      ok: false,
      reason: `is too old: it speaks API ${version}, and ${OLDEST_API_VERSION} (Docker 20.10) is needed`,
    };
  }
  return { ok: true, apiVersion: compareVersions(version, NEWEST_API_VERSION) < 0 ? version : NEWEST_API_VERSION };
}

function compareVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}

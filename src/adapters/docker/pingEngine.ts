import { type Agent, request } from 'node:http';
import { ENGINE_SOCKET_PATH } from './engineAgent.ts';

/** The newest API version that this client was written for; older engines get their own. */
const NEWEST_API_VERSION = '1.47';
/** Docker 20.10. */
const OLDEST_API_VERSION = '1.41';

export type EngineGreeting =
  | { readonly ok: true; readonly apiVersion: string }
  /** What answered instead of a usable engine; follows its name in a sentence. */
  | { readonly ok: false; readonly reason: string };

/** Asks who is there (`GET /_ping`) and settles the API version. Rejects where nothing answers. */
export function pingEngine(agent: Agent, signal: AbortSignal): Promise<EngineGreeting> {
  return new Promise((resolve, reject) => {
    const ping = request({ agent, socketPath: ENGINE_SOCKET_PATH, path: '/_ping', signal }, (response) => {
      const version = response.headers['api-version'];
      response.resume();
      response.once('error', reject);
      response.once('end', () => resolve(settleVersion(response.statusCode ?? 0, version)));
    });
    ping.once('error', reject);
    ping.end();
  });
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

import type { Agent } from 'node:http';
import Docker from 'dockerode';
import { UserFacingError } from '../../core/UserFacingError.ts';
import type { EngineTransport } from './EngineTransport.ts';
import { ENGINE_SOCKET_PATH } from './engineAgent.ts';
import { sendPlainly } from './sendPlainly.ts';

/** A client whose connections are the agent's. */
export function dockerClient(
  agent: Agent,
  apiVersion: string,
  { basePath = '', headers = {} }: Pick<EngineTransport, 'basePath' | 'headers'> = {},
): Docker {
  // docker-modem reads this variable even where everything is given, and throws on values that it does not know.
  const saved = process.env['DOCKER_HOST'];
  delete process.env['DOCKER_HOST'];
  try {
    const options = {
      protocol: 'http',
      socketPath: ENGINE_SOCKET_PATH,
      version: `v${apiVersion}`,
      timeout: 0,
      headers: { ...headers },
      agent,
    } as const;
    const docker = new Docker(options);
    sendPlainly(docker, basePath);
    return docker;
  } finally {
    if (saved !== undefined) process.env['DOCKER_HOST'] = saved;
  }
}

interface DialRequest {
  /** Ends in `?` where `options` become the query. */
  readonly path: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly abortSignal: AbortSignal;
  /** The body as it comes, instead of its JSON. */
  readonly isStream?: boolean;
}

/** What dockerode's own methods do not offer: cancelling, and a body as a stream. */
export function dial(docker: Docker, request: DialRequest): Promise<unknown> {
  const statusCodes = { 200: true, 404: 'no such container', 500: 'server error' };
  return new Promise((resolve, reject) => {
    docker.modem.dial({ method: 'GET', statusCodes, ...request }, (error: unknown, body: unknown) => {
      if (error) reject(error);
      // Some engines answer `null` for an empty list.
      else resolve(Buffer.isBuffer(body) && body.toString('utf8', 0, 10).trim() === 'null' ? null : body);
    });
  });
}

/** The client puts ids into the address as they are. */
export function checkedId(containerId: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(containerId)) return containerId;
  throw new UserFacingError(`"${containerId}" does not name a container.`, {
    remedy: 'Choose a container from the list.',
  });
}

export async function withTimeout<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const abort = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const stop = (reason: unknown): void => {
      settle();
      reject(reason);
      abort.abort(reason);
    };
    const onAbort = (): void => stop(signal?.reason);
    const timer = setTimeout(() => stop(new Error(`No answer within ${Math.round(timeoutMs / 1000)} s.`)), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    action(abort.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}

/** The engine takes Unix seconds only, with nanoseconds as the fraction. */
export function unixSeconds(since: string): string {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.exec(since);
  const seconds = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]}`) / 1000;
  return Number.isNaN(seconds) ? since : `${seconds}${parts?.[2]?.slice(0, 10) ?? ''}`;
}

export function isReset(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

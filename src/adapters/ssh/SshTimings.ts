import type { Dialing, OpenSocketOptions } from './openSocket.ts';

export interface SshTimings {
  /** For the TCP connection. */
  readonly connectTimeoutMs: number;
  /** From the TCP connection to the end of authentication, not counting the time in which a person is asked. */
  readonly handshakeTimeoutMs: number;
  /**
   * A question to the server after each silence of this length; the connection is lost after `keepaliveCount` without an answer. Where
   * it is not given, the server is only asked so soon while something is awaited from it: a quiet line is left to the system.
   */
  readonly keepaliveIntervalMs: number;
  readonly keepaliveCount: number;
  /** For a channel on the connection. */
  readonly channelTimeoutMs: number;
}

export const DEFAULT_TIMINGS: SshTimings = {
  connectTimeoutMs: 10_000,
  handshakeTimeoutMs: 20_000,
  keepaliveIntervalMs: 5000,
  keepaliveCount: 2,
  channelTimeoutMs: 20_000,
};

/** For the TCP connection to the server. */
export function dialOptions(timings: Partial<SshTimings>, dialing?: Dialing): OpenSocketOptions {
  const { connectTimeoutMs, keepaliveIntervalMs } = { ...DEFAULT_TIMINGS, ...timings };
  return { ...dialing, timeoutMs: connectTimeoutMs, keepAliveAfterMs: keepaliveIntervalMs };
}

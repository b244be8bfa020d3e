import type { Duplex } from 'node:stream';
import type { ConnectionError } from '../../application/ConnectionError.ts';

/** How to reach one Docker Engine. */
export interface EngineTransport {
  /** For messages, such as `the Docker Engine on root@vm:22`. */
  readonly engineName: string;
  /** Opens one connection to the engine's API. */
  connect(): Promise<Duplex>;
  /** How many connections may be open at once for calls, and as many for streams. */
  readonly maxConnections: number;
  /** What stands before each path of the API, such as `/docker`; for a proxy, with the scheme and the engine's host. */
  readonly basePath?: string;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told once that an engine has answered. */
  readonly greeted?: () => void;
  /** Told when no connection is wanted any more. */
  readonly close?: () => void;
  /** What to say where a connection could not be opened or broke. */
  explain(cause: unknown): ConnectionError;
}

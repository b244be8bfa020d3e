/** Where an engine is, with everything that it takes to get there. */
export type EngineEndpoint = SocketEndpoint | TcpEndpoint | SshEndpoint;

/** A socket or a Windows pipe of this machine. */
export interface SocketEndpoint {
  readonly kind: 'socket';
  readonly path: string;
}

export interface TcpEndpoint {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  /** Absent: without TLS. */
  readonly tls?: TlsFiles;
  /** What stands before each path of the API; absent for nothing. */
  readonly basePath?: string;
}

export interface SshEndpoint {
  readonly kind: 'ssh';
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  /** The engine's socket on that machine; without it the one that is found there. */
  readonly socketPath?: string;
}

/** Contents of the PEM files. */
export interface TlsFiles {
  /** Without it the authorities count that this program trusts. */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** Whether the engine's certificate is checked. */
  readonly verify: boolean;
  /** Where the files are, for messages. */
  readonly folder: string;
}

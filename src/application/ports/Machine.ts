import type { ByteStream } from './ByteStream.ts';
import type { CommandRunner } from './CommandRunner.ts';
import type { Engine } from './Engine.ts';
import type { MachineFiles } from './MachineFiles.ts';
import type { TerminalSession, TerminalSize } from './TerminalSession.ts';

/** A reachable machine with a Docker Engine: this one, or a VM over one SSH connection. */
export interface Machine {
  readonly commands: CommandRunner;
  readonly engine: Engine;
  readonly files: MachineFiles;
  /** A connection to a host and port as the machine itself reaches them. Rejects with `UserFacingError`. */
  dial(host: string, port: number): Promise<ByteStream>;
  /** The person's login shell there; absent for this machine, where the editor has terminals of its own. */
  readonly openShell?: (size: TerminalSize) => Promise<TerminalSession>;
  readonly facts: (signal?: AbortSignal) => Promise<MachineFacts>;
  /** Resolves once when the connection is gone: with the reason, or `undefined` after `close`. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  close(): Promise<void>;
}

/** How a machine is at this moment; what cannot be told is absent. */
export interface MachineFacts {
  /** Of the file system that holds the engine's data. */
  readonly diskBytes?: number;
  readonly freeDiskBytes?: number;
  /** Average number of running processes over the last minute. */
  readonly load?: number;
  /** Seconds that the machine's clock is ahead of this one's. */
  readonly clockAheadS?: number;
}

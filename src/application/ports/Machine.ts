import type { ByteStream } from './ByteStream.ts';
import type { CommandRunner } from './CommandRunner.ts';
import type { Engine } from './Engine.ts';
import type { MachineFiles } from './MachineFiles.ts';
import type { TerminalSession, TerminalSize } from './TerminalSession.ts';

/** A reachable machine with a Docker Engine: this one, a VM over one SSH connection, or an engine over the network without its machine. */
export interface Machine {
  readonly way: MachineWay;
  readonly commands: CommandRunner;
  readonly engine: Engine;
  readonly files: MachineFiles;
  /** A connection to a host and port as the machine itself reaches them (over a `link`: as this one does). Rejects with `UserFacingError`. */
  dial(host: string, port: number): Promise<ByteStream>;
  /** The person's login shell there; absent for this machine, where the editor has terminals of its own, and for an engine alone. */
  readonly openShell?: (size: TerminalSize) => Promise<TerminalSession>;
  readonly facts: (signal?: AbortSignal) => Promise<MachineFacts>;
  /** Resolves once when the connection is gone: with the reason, or `undefined` after `close`. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  close(): Promise<void>;
}

/** How a machine is reached. */
export interface MachineWay {
  /**
   * Where programs run and files lie: on this machine, on the other end of SSH, or nowhere that can be reached. With `engineOnly` the
   * machine's `commands` and `files` reject with `UserFacingError`.
   */
  readonly place: MachinePlace;
  /** The engine's address as Docker writes it, such as `tcp://203.0.113.7:2376`; absent where only the VM's own is known. */
  readonly address?: string;
  /** Present where the engine is reached over TCP, not over SSH or a socket. */
  readonly link?: NetworkLink;
}

export type MachinePlace = 'here' | 'ssh' | 'engineOnly';

/** An engine's place in the network, and who could listen or answer in between. */
export interface NetworkLink {
  readonly host: string;
  /** `tlsUnverified`: encrypted, but nobody checks who answers. */
  readonly protection: 'tls' | 'tlsUnverified' | 'none';
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

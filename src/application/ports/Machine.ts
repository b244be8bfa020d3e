import type { CommandRunner } from './CommandRunner.ts';
import type { Engine } from './Engine.ts';
import type { MachineFiles } from './MachineFiles.ts';

/** A reachable machine with a Docker Engine: this one, or a VM over one SSH connection. */
export interface Machine {
  readonly commands: CommandRunner;
  readonly engine: Engine;
  readonly files: MachineFiles;
  /** Resolves once when the connection is gone: with the reason, or `undefined` after `close`. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  close(): Promise<void>;
}

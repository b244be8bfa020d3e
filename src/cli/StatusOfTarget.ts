import type { MachineStatus } from '../application/vms/readMachineStatus.ts';

/** What one target of `openclaw-vm status` answered. */
export interface StatusOfTarget {
  /** As it was given. */
  readonly target: string;
  readonly name: string;
  /** `user@host`, `user@host:port` or `context:NAME`; absent for the local engine. */
  readonly address?: string;
  readonly status: MachineStatus;
}

import type { ConnectionError } from '../ConnectionError.ts';

import type { Container, EngineInfo } from '../ports/Engine.ts';
import type { MachineFacts, MachineWay } from '../ports/Machine.ts';

/** `local`, or `vm:` and the VM's name. */
export type MachineId = string;

/** One machine of the sidebar. A new value for every change; ids stay. */
export interface MachineEntry {
  readonly id: MachineId;
  readonly kind: 'local' | 'vm';
  /** `Local Docker`, or the VM's name. */
  readonly name: string;
  /** `user@host`, `user@host:port` or `context:NAME`; absent for the local engine. */
  readonly address?: string;
  readonly state: MachineState;
}

export type MachineState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly view: MachineView }
  | { readonly kind: 'failed'; readonly error: ConnectionError }
  /** Was connected; what `view` shows was true at `view.updatedAtMs` and may no longer be. */
  | { readonly kind: 'stale'; readonly view: MachineView; readonly error: ConnectionError };

export interface MachineView {
  readonly info: EngineInfo;
  readonly way: MachineWay;
  /** Sorted by name; within a project the gateway's service first, then by name. */
  readonly projects: readonly ComposeProject[];
  readonly otherContainers: readonly Container[];
  /** As of the last minute; absent until it was asked for. */
  readonly facts?: MachineFacts;
  /** Milliseconds since the epoch at which this was known to be true. */
  readonly updatedAtMs: number;
}

export interface ComposeProject {
  readonly name: string;
  /** Folder on the engine's machine. */
  readonly workingDirectory: string;
  readonly configFiles: readonly string[];
  readonly services: readonly ComposeService[];
}

export interface ComposeService {
  readonly name: string;
  /** Runs an OpenClaw gateway, under any of its names. */
  readonly isGateway: boolean;
  readonly containers: readonly Container[];
}

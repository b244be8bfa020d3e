import type { GatewayEra } from '../../core/gateway/GatewayEra.ts';
import type { FoundProblem } from '../../core/gateway/KnownProblem.ts';
import type { PersistenceFinding } from '../../core/gateway/PersistenceRow.ts';
import type { ContainerHealth, ContainerState, EngineInfo, PublishedPort } from '../ports/Engine.ts';
import type { BinaryCheck, GatewayProbe } from '../verify/GatewayChecks.ts';

/** Everything that the Gateway Overview shows: a plain JSON value without secrets. */
export interface GatewayOverview {
  readonly machine: { readonly name: string; readonly address?: string; readonly engine: EngineInfo };
  readonly project: string;
  readonly service: string;
  readonly container: {
    readonly id: string;
    readonly name: string;
    readonly image: string;
    readonly state: ContainerState;
    readonly health: ContainerHealth;
    readonly status: string;
    readonly restartCount: number;
    /** Meaningful unless running. */
    readonly exitCode: number;
    readonly outOfMemoryKilled: boolean;
    readonly createdAt: string;
    readonly startedAt: string;
    readonly ports: readonly PublishedPort[];
  };
  readonly era: GatewayEra;
  /** Such as `2026.9.6`, where the container says it. */
  readonly version?: string;
  readonly probe: GatewayProbe;
  readonly binaries: readonly BinaryCheck[];
  readonly persistence: readonly PersistenceFinding[];
  /** In the last log lines since the container's start, each once, latest last. */
  readonly problems: readonly FoundProblem[];
  /** Milliseconds since the epoch. */
  readonly readAtMs: number;
}
